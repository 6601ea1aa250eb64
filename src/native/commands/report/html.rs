//! The report as one page that needs nothing else.

use super::ablation::{Ablation, Comparison};
use super::cells::{self, Pictured};
use super::facts;
use super::figure::Figure;
use super::grid::{Grid, Kind, Row};
use super::words::{self, BEST_EPOCH, Finding, HOW_TO_READ, MIXED_NOTE};
use crate::SOFTWARE;
use crate::native::pictures::svg::STYLE;
use crate::native::results::published::Published;
use maud::{DOCTYPE, Markup, PreEscaped, html};

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
    /// Published milliseconds an image.
    pub run_times: &'a Published,
    /// Publications that figures are from.
    pub sources: &'a [String],
    /// What was ignored.
    pub notes: &'a [String],
}

/// The whole page.
pub fn page(page: &Page) -> String {
    let anchors: Vec<(String, String)> = page
        .grids
        .iter()
        .map(|grid| (anchor(grid), words::title(grid)))
        .collect();
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
                        @for (anchor, title) in &anchors { li { a href={ "#" (anchor) } { (title) } } }
                        @if !page.ablation.rows.is_empty() { li { a href="#options" { "What the options change" } } }
                        li { a href="#run-time" { "Run time" } }
                    }
                }
                main {
                    (how_to_read())
                    @for ((grid, pictures), (anchor, title)) in page.grids.iter().zip(page.pictures).zip(&anchors) {
                        (section(grid, pictures, anchor, title))
                    }
                    @if !page.ablation.rows.is_empty() { (ablation(page.ablation)) }
                    (run_time(page))
                    section aria-labelledby="sources" {
                        h2 id="sources" { "Sources of the published figures" }
                        ul { @for source in page.sources { li { (source) } } }
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
    let key = grid.key;
    format!("{}-{}-{}-{}", key.table, key.protocol, key.split, key.budget)
}

fn how_to_read() -> Markup {
    html! {
        section aria-labelledby="how" {
            h2 id="how" { "How to read this" }
            dl { @for (term, text) in HOW_TO_READ { dt { (term) } dd { (text) } } }
        }
    }
}

fn section(grid: &Grid, pictures: &[Pictured], anchor: &str, title: &str) -> Markup {
    let notes = facts::notes(grid);
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
            (table(grid, title))
            @if grid.rows.iter().any(|row| row.kind == Kind::PublishedMixed) { p.soft { (MIXED_NOTE) } }
            @if let Some((note, published)) = &grid.elsewhere { (elsewhere(note, published)) }
            h3 { "How it was obtained" }
            (facts_table(grid, title))
            @if !notes.is_empty() { ul { @for note in &notes { li { (note) } } } }
            @if !pictures.is_empty() {
                h3 { "Curves, scores, maps and images of each cell" }
                p.soft { "Maps show how the discriminator sees the images; distances within a map mean little beyond near and far." }
                (cells::markup(anchor, pictures))
            }
        }
    }
}

fn scroll(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

fn table(grid: &Grid, title: &str) -> Markup {
    let ours = |row: &&Row| !matches!(row.kind, Kind::Published | Kind::PublishedMixed);
    let published: Vec<&Row> = grid.rows.iter().filter(|row| !ours(row)).collect();
    let width = grid.columns.len() + 1 + usize::from(grid.has_mean());
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
                tbody {
                    tr.group { th colspan=(width) scope="rowgroup" { "Ours, and the controls on the same images" } }
                    @for row in grid.rows.iter().filter(ours) { (table_row(grid, row)) }
                }
                @if !published.is_empty() {
                    tbody {
                        tr.group { th colspan=(width) scope="rowgroup" { "Published" } }
                        @for row in published { (table_row(grid, row)) }
                    }
                }
            }
        },
    )
}

fn table_row(grid: &Grid, row: &Row) -> Markup {
    let (class, name, below) = match row.kind {
        Kind::Gan => ("gan", row.label.clone(), words::seeds(row)),
        Kind::Control => ("control", row.label.clone(), format!("control, {}", words::seeds(row))),
        Kind::BestEpoch => ("leak", format!("{}: {BEST_EPOCH}", row.label), String::new()),
        Kind::Published => ("published", row.label.clone(), row.source.clone()),
        Kind::PublishedMixed => ("published", format!("{}\u{2020}", row.label), row.source.clone()),
    };
    html! {
        tr.(class) {
            th scope="row" { (name) @if !below.is_empty() { small { (below) } } }
            @if grid.has_mean() {
                @let complete = |row: &Row| (row.filled() == grid.columns.len()).then_some(row.mean?.mean);
                @let best = grid.is_best(row, complete);
                (figure_cell(row.mean.as_ref(), if best { "mean best" } else { "mean" }, words::incomplete(grid, row)))
            }
            @for (index, figure) in row.figures.iter().enumerate() {
                @let best = grid.is_best(row, |row| row.figures.get(index)?.map(|figure| figure.mean));
                (figure_cell(figure.as_ref(), if best { "best" } else { "" }, None))
            }
        }
    }
}

fn figure_cell(figure: Option<&Figure>, class: &str, remark: Option<String>) -> Markup {
    let Some(figure) = figure else {
        return html! { td class=(format!("missing {class}").trim()) { "missing" } };
    };
    let (mean, spread) = words::figure(figure);
    html! {
        td class=[Some(class).filter(|class| !class.is_empty())] {
            (mean)
            @if !spread.is_empty() { small { (spread) } }
            @if let Some(remark) = remark { small { (remark) } }
        }
    }
}

fn elsewhere(note: &str, published: &Published) -> Markup {
    html! {
        h3 { "Published, of other data" }
        p.soft { (note) }
        (scroll("Published figures of other data", html! {
            table {
                caption { "AUC on other data, as published" }
                thead { tr { th scope="col" { "method" } @for column in &published.columns { th scope="col" { (column.replace('_', " ")) } } } }
                tbody {
                    @for row in &published.rows {
                        tr.published {
                            th scope="row" { (row.method) small { (row.citation) } }
                            @for figure in &row.figures { td { (format!("{figure:.3}")) } }
                        }
                    }
                }
            }
        }))
    }
}

fn facts_table(grid: &Grid, title: &str) -> Markup {
    scroll(
        &format!("How it was obtained, {title}"),
        html! {
            table.text {
                caption { "A cell is one class and one seed." }
                thead { tr { th scope="col" { "method" } @for heading in facts::HEADINGS { th scope="col" { (heading) } } } }
                tbody {
                    @for (label, facts) in facts::facts(grid) {
                        tr { th scope="row" { (label) } @for fact in facts { td { (fact) } } }
                    }
                }
            }
        },
    )
}

fn ablation(ablation: &Ablation) -> Markup {
    html! {
        section aria-labelledby="options" {
            h2 id="options" { "What the options change" }
            p {
                "Each option set against the paper's form of the same method on the same cells: class, seed, split and budget. "
                "Mean AUC with the options, and the difference to the mean without; ± is over the cells."
            }
            (scroll("What the options change", html! {
                table {
                    caption { "AUC with options, and the difference to the paper's form" }
                    thead { tr { th scope="col" { "method" } @for column in &ablation.columns { th scope="col" { (column) } } } }
                    tbody {
                        @for (label, comparisons) in &ablation.rows {
                            tr { th scope="row" { (label) } @for comparison in comparisons { (comparison_cell(comparison.as_ref())) } }
                        }
                    }
                }
            }))
        }
    }
}

fn comparison_cell(comparison: Option<&Comparison>) -> Markup {
    let Some(comparison) = comparison else {
        return html! { td.missing { "missing" } };
    };
    html! {
        td {
            (format!("{:.3}", comparison.with)) " (" (format!("{:+.3}", comparison.difference.mean)) ")"
            small { (words::pairs(comparison)) }
        }
    }
}

fn run_time(page: &Page) -> Markup {
    html! {
        section aria-labelledby="run-time" {
            h2 id="run-time" { "Run time" }
            p { "Milliseconds to score one image. The published ones are of other hardware: they say how the methods stand to each other, not to ours." }
            (scroll("Run time", html! {
                table.text {
                    caption { "Milliseconds to score one image" }
                    thead { tr { th scope="col" { "method" } th scope="col" { "data" } th scope="col" { "ms per image" } th scope="col" { "computed on" } } }
                    tbody {
                        @for [method, data, time, device] in words::run_times(page.grids) {
                            tr { th scope="row" { (method) } td { (data) } td { (time) } td { (device) } }
                        }
                        @for row in &page.run_times.rows {
                            @for (data, time) in page.run_times.columns.iter().zip(&row.figures) {
                                tr.published { th scope="row" { (row.method) small { (row.citation) } } td { (data) } td { (time) } td { (row.condition) } }
                            }
                        }
                    }
                }
            }))
        }
    }
}
