//! The report as one page that needs nothing else.

use super::ablation::{Ablation, Comparison};
use super::cells::{self, Pictured};
use super::facts::{self, Line};
use super::figure::Figure;
use super::grid::{Grid, Kind, Row};
use super::words::{self, Finding, MIXED_NOTE, how_to_read};
use crate::SOFTWARE;
use crate::native::pictures::svg::STYLE;
use crate::native::results::published;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

/// Nothing is fetched and no script runs, whatever the results say.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A report's parts, put together.
pub struct Page<'a> {
    /// Its tables.
    pub grids: &'a [Grid<'a>],
    /// The pictures of each table.
    pub pictures: &'a [Vec<Pictured<'a>>],
    /// What the options change.
    pub ablation: &'a Ablation,
    /// Milliseconds an image, ours and published.
    pub run_times: &'a [Line],
    /// What was ignored.
    pub notes: &'a [String],
}

/// The whole page.
pub fn page(page: &Page) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "The papers' tables, reproduced" }
                style { (PreEscaped(include_str!("style.css"))) (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "The papers' tables, reproduced" }
                    p.soft { "Area under the ROC curve (AUC) of GANomaly and Skip-GANomaly beside two controls and the published figures." }
                    @for note in page.notes { p role="note" { "Note: " (note) "." } }
                }
                nav aria-label="Tables" {
                    ul {
                        @for grid in page.grids { li { a href={ "#" (anchor(grid)) } { (words::title(grid)) } } }
                        @if !page.ablation.rows.is_empty() { li { a href="#options" { "What the options change" } } }
                        li { a href="#run-time" { "Run time" } }
                    }
                }
                main {
                    section aria-labelledby="how" {
                        h2 id="how" { "How to read this" }
                        dl { @for (term, text) in how_to_read() { dt { (term) } dd { (text) } } }
                    }
                    @for (grid, pictures) in page.grids.iter().zip(page.pictures) { (section(grid, pictures)) }
                    @if !page.ablation.rows.is_empty() { (ablation(page.ablation)) }
                    (run_time(page.run_times))
                    section aria-labelledby="sources" {
                        h2 id="sources" { "Sources of the published figures" }
                        ul { @for source in published::sources() { li { (source) } } }
                        p.soft { "Means of published rows are those of the figures printed for the classes." }
                    }
                }
                footer { p { "Written by " (SOFTWARE) "." } }
            }
        }
    };
    markup.into_string()
}

fn anchor(grid: &Grid) -> String {
    let cell = grid.cell;
    format!("{}-{}-{}-{}", cell.table, cell.protocol, cell.split, cell.budget)
}

fn section(grid: &Grid, pictures: &[Pictured]) -> Markup {
    let (anchor, title, notes) = (anchor(grid), words::title(grid), facts::notes(grid));
    html! {
        section aria-labelledby=(anchor) {
            h2 id=(anchor) { (title) }
            p { (words::task(grid)) }
            ul.verdicts {
                @for (label, sentences) in words::findings(grid) {
                    li.loses[sentences.iter().any(|sentence| sentence.loses)] {
                        strong { (label) ". " }
                        @for Finding { loses, text } in sentences { @if loses { strong.lost { (text) } } @else { (text) } " " }
                    }
                }
            }
            (main_table(grid, &title))
            @if grid.rows.iter().any(|row| row.kind == Kind::PublishedMixed) { p.soft { (MIXED_NOTE) } }
            @if let Some((note, published)) = &grid.elsewhere {
                h3 { "Published, of other data" }
                p.soft { (note) }
                @let (heads, published) = facts::elsewhere(published);
                (table("Published figures of other data", "AUC on other data, as published", None, &heads, lines(&published)))
            }
            h3 { "How it was obtained" }
            @let label = format!("How it was obtained, {title}");
            (table(&label, "A cell is one class and one seed.", Some("text"), &facts::HEADINGS, lines(&facts::facts(grid))))
            @if !notes.is_empty() { ul { @for note in &notes { li { (note) } } } }
            @if !pictures.is_empty() {
                h3 { "Curves, scores, maps and images of each cell" }
                p.soft { "Maps show how the discriminator sees the images; distances within a map mean little beyond near and far." }
                @for (index, cell) in pictures.iter().enumerate() { (cells::markup(&format!("{anchor}-{index}"), cell)) }
            }
        }
    }
}

fn main_table(grid: &Grid, title: &str) -> Markup {
    let is_published = |row: &&Row| matches!(row.kind, Kind::Published | Kind::PublishedMixed);
    let (published, ours): (Vec<&Row>, Vec<&Row>) = grid.rows.iter().partition(is_published);
    let width = grid.columns.len() + 1 + usize::from(grid.has_mean());
    let group = |name: &str, rows: &[&Row]| {
        html! {
            tbody {
                tr.group { th colspan=(width) scope="rowgroup" { (name) } }
                @for row in rows { (main_row(grid, row)) }
            }
        }
    };
    scroll(
        title,
        html! {
            table {
                caption { "AUC, " (title) ". The best of ours and the controls in each column is bold." }
                thead {
                    tr {
                        th scope="col" { "method" }
                        @if grid.has_mean() { th.mean scope="col" { "mean" } }
                        @for column in &grid.columns { th scope="col" { (column) } }
                    }
                }
                (group("Ours, and the controls on the same images", &ours))
                @if !published.is_empty() { (group("Published", &published)) }
            }
        },
    )
}

fn main_row(grid: &Grid, row: &Row) -> Markup {
    let (class, kind) = match row.kind {
        Kind::Gan => ("gan", ""),
        Kind::Control => ("control", "control, "),
        Kind::BestEpoch => ("leak", ""),
        Kind::Published | Kind::PublishedMixed => ("published", ""),
    };
    html! {
        tr.(class) {
            th scope="row" { (row.label) @if !row.remark.is_empty() { small { (kind) (row.remark) } } }
            @if grid.has_mean() {
                @let complete = |row: &Row| (row.filled() == grid.columns.len()).then_some(row.mean.as_ref()?.mean);
                @let best = grid.is_best(row, complete);
                (figure_cell(row.mean.as_ref(), if best { "mean best" } else { "mean" }, words::incomplete(grid, row)))
            }
            @for (index, figure) in row.figures.iter().enumerate() {
                @let best = grid.is_best(row, |row| Some(row.figures[index].as_ref()?.mean));
                (figure_cell(figure.as_ref(), if best { "best" } else { "" }, None))
            }
        }
    }
}

fn figure_cell(figure: Option<&Figure>, class: &str, remark: Option<String>) -> Markup {
    let Some(figure) = figure else {
        return html! { td class=(format!("missing {class}").trim()) { "missing" } };
    };
    html! {
        td class=[Some(class).filter(|class| !class.is_empty())] {
            (figure.text())
            @if !figure.spread.is_empty() { small { (figure.spread) } }
            @if let Some(remark) = remark { small { (remark) } }
        }
    }
}

fn ablation(ablation: &Ablation) -> Markup {
    html! {
        section aria-labelledby="options" {
            h2 id="options" { "What the options change" }
            p {
                "Each option set against the paper's form of the same method on the same cells: class, seed, split and budget. "
                "Mean AUC with the options, and the difference to the mean without; ± is over the cells."
            }
            (table(
                "What the options change",
                "AUC with options, and the difference to the paper's form",
                None,
                &ablation.columns,
                html! {
                    @for (label, comparisons) in &ablation.rows {
                        tr { th scope="row" { (label) } @for comparison in comparisons { (comparison_cell(comparison)) } }
                    }
                },
            ))
        }
    }
}

fn comparison_cell(comparison: &Option<Comparison>) -> Markup {
    html! {
        @if let Some(found) = comparison {
            td { (format!("{:.3} ({:+.3})", found.with, found.difference.mean)) small { (words::pairs(found)) } }
        } @else {
            td.missing { "missing" }
        }
    }
}

fn run_time(run_times: &[Line]) -> Markup {
    html! {
        section aria-labelledby="run-time" {
            h2 id="run-time" { "Run time" }
            p { "Milliseconds to score one image. The published ones are of other hardware: they say how the methods stand to each other, not to ours." }
            (table("Run time", "Milliseconds to score one image", Some("text"), &facts::RUN_TIME_HEADINGS, lines(run_times)))
        }
    }
}

/// A table with the methods in its first column, in a frame that can be scrolled; of the class "text" if it has words.
fn table(label: &str, caption: &str, class: Option<&str>, heads: &[impl Render], lines: Markup) -> Markup {
    scroll(
        label,
        html! {
            table class=[class] {
                caption { (caption) }
                thead { tr { th scope="col" { "method" } @for head in heads { th scope="col" { (head) } } } }
                tbody { (lines) }
            }
        },
    )
}

fn scroll(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

/// Lines of a table. Those with a remark are published.
fn lines(lines: &[Line]) -> Markup {
    html! {
        @for Line { method, remark, cells } in lines {
            @let published = !remark.is_empty();
            tr class=[published.then_some("published")] {
                th scope="row" { (method) @if published { small { (remark) } } }
                @for cell in cells { td { (cell) } }
            }
        }
    }
}
