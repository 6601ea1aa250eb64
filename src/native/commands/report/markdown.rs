//! The report's tables as GitHub-flavoured Markdown, in short.

use super::ablation::Comparison;
use super::facts::{self, Line};
use super::figure::Figure;
use super::grid::{Grid, Kind, Row};
use super::html::Page;
use super::words::{self, MIXED_NOTE, how_to_read};
use crate::native::results::published;

/// The whole file.
pub fn document(page: &Page) -> String {
    let mut parts = vec!["# The papers' tables, reproduced".to_owned()];
    parts.extend(page.notes.iter().map(|note| format!("Note: {}.", escape(note))));
    parts.push(bullets(how_to_read().map(|(term, text)| format!("**{term}.** {text}"))));
    for grid in page.grids {
        parts.extend(section(grid));
    }
    if !page.ablation.rows.is_empty() {
        parts.push("## What the options change".to_owned());
        parts.push(
            "Mean AUC with the options and, in brackets, the difference to the paper's form on the same cells."
                .to_owned(),
        );
        parts.push(table(&page.ablation.columns, &ablation(page)));
    }
    parts.push("## Run time".to_owned());
    parts.push("Milliseconds to score one image; the published ones are of other hardware.".to_owned());
    parts.push(table(&facts::RUN_TIME_HEADINGS, page.run_times));
    parts.push("## Sources of the published figures".to_owned());
    parts.push(bullets(published::sources().map(escape)));
    parts.join("\n\n") + "\n"
}

fn section(grid: &Grid) -> Vec<String> {
    let mut parts = vec![format!("## {}", escape(&words::title(grid))), words::task(grid)];
    parts.push(bullets(words::findings(grid).into_iter().map(|(label, sentences)| {
        let sentence = |finding: words::Finding| match (escape(&finding.text), finding.loses) {
            (text, true) => format!("**{text}**"),
            (text, false) => text,
        };
        let sentences: Vec<String> = sentences.into_iter().map(sentence).collect();
        format!("**{}.** {}", escape(label), sentences.join(" "))
    })));
    parts.push(main_table(grid));
    if grid.rows.iter().any(|row| row.kind == Kind::PublishedMixed) {
        parts.push(MIXED_NOTE.to_owned());
    }
    if let Some((note, published)) = &grid.elsewhere {
        parts.push(note.to_string());
        let (heads, lines) = facts::elsewhere(published);
        parts.push(table(&heads, &lines));
    }
    parts.push(table(&facts::HEADINGS, &facts::facts(grid)));
    let notes = facts::notes(grid);
    if !notes.is_empty() {
        parts.push(bullets(notes.iter().map(|note| escape(note))));
    }
    parts
}

fn main_table(grid: &Grid) -> String {
    let mean = grid.has_mean().then_some("mean");
    let heads: Vec<&str> = mean
        .into_iter()
        .chain(grid.columns.iter().map(String::as_str))
        .collect();
    let lines: Vec<Line> = grid.rows.iter().map(|row| main_line(grid, row)).collect();
    table(&heads, &lines)
}

fn main_line(grid: &Grid, row: &Row) -> Line {
    let mut cells = Vec::new();
    if grid.has_mean() {
        let remark = words::incomplete(grid, row).map(|remark| format!("({remark})"));
        cells.push(row.mean.as_ref().map(|mean| {
            let parts = [mean.text(), mean.spread.clone(), remark.unwrap_or_default()];
            parts.join(" ").trim().replace("  ", " ")
        }));
    }
    cells.extend(row.figures.iter().map(|figure| figure.as_ref().map(Figure::text)));
    Line::new(&row.label, &row.remark, cells.into_iter().map(or_missing))
}

fn or_missing(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "missing".to_owned())
}

fn ablation(page: &Page) -> Vec<Line> {
    let cell = |found: &Comparison| {
        let (with, difference) = (found.with, found.difference.mean);
        format!("{with:.3} ({difference:+.3}; {})", words::pairs(found))
    };
    let line = |(label, comparisons): &(String, Vec<Option<Comparison>>)| {
        let cells = comparisons.iter().map(|found| or_missing(found.as_ref().map(cell)));
        Line::new(label, "", cells)
    };
    page.ablation.rows.iter().map(line).collect()
}

/// A table whose first column has the methods.
fn table(heads: &[impl AsRef<str>], lines: &[Line]) -> String {
    let heads = heads.iter().map(|head| escape(head.as_ref()));
    let rule = heads.clone().map(|_| "---:".to_owned());
    let mut rows = vec![row("method", heads), row("---", rule)];
    for Line { method, remark, cells } in lines {
        let name = match remark.as_str() {
            "" => escape(method),
            remark => escape(&format!("{method} ({remark})")),
        };
        rows.push(row(&name, cells.iter().map(|cell| escape(cell))));
    }
    rows.join("\n")
}

fn row(first: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = std::iter::once(first.to_owned()).chain(cells).collect();
    format!("| {} |", cells.join(" | "))
}

fn bullets(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// Class names and notes are text: nothing in them is Markdown or HTML.
fn escape(text: &str) -> String {
    let escaped = text.chars().map(|letter| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => format!("\\{letter}"),
        '\n' | '\r' => " ".to_owned(),
        _ => letter.to_string(),
    });
    escaped.collect()
}
