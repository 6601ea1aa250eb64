//! The report's tables as GitHub-flavoured Markdown, in short.

use super::facts;
use super::grid::{Grid, Kind, Row};
use super::html::Page;
use super::words::{self, BEST_EPOCH, HOW_TO_READ, MIXED_NOTE};

/// The whole file.
pub fn document(page: &Page) -> String {
    let mut parts = vec!["# The papers' tables, reproduced".to_owned()];
    parts.extend(page.notes.iter().map(|note| format!("Note: {}.", escape(note))));
    parts.push(bullets(
        HOW_TO_READ.iter().map(|(term, text)| format!("**{term}.** {text}")),
    ));
    for grid in page.grids {
        parts.extend(section(grid));
    }
    if !page.ablation.rows.is_empty() {
        parts.push("## What the options change".to_owned());
        parts.push(
            "Mean AUC with the options and, in brackets, the difference to the paper's form on the same cells."
                .to_owned(),
        );
        parts.push(ablation(page));
    }
    parts.push("## Run time".to_owned());
    parts.push("Milliseconds to score one image; the published ones are of other hardware.".to_owned());
    parts.push(run_time(page));
    parts.push("## Sources of the published figures".to_owned());
    parts.push(bullets(page.sources.iter().map(|source| escape(source))));
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
        format!("**{}.** {}", escape(&label), sentences.join(" "))
    })));
    parts.push(main_table(grid));
    if grid.rows.iter().any(|row| row.kind == Kind::PublishedMixed) {
        parts.push(MIXED_NOTE.to_owned());
    }
    if let Some((note, published)) = &grid.elsewhere {
        parts.push(note.to_string());
        let heads = published.columns.iter().map(|column| column.replace('_', " "));
        let line = |row: &crate::native::results::published::PublishedRow| {
            let name = format!("{} ({})", row.method, row.citation);
            std::iter::once(name)
                .chain(row.figures.iter().map(|figure| format!("{figure:.3}")))
                .collect()
        };
        parts.push(table("method", heads, published.rows.iter().map(line)));
    }
    let lines = facts::facts(grid)
        .into_iter()
        .map(|(label, facts)| [vec![label], facts.to_vec()].concat());
    parts.push(table("method", facts::HEADINGS.map(str::to_owned).into_iter(), lines));
    let notes = facts::notes(grid);
    if !notes.is_empty() {
        parts.push(bullets(notes.iter().map(|note| escape(note))));
    }
    parts
}

fn main_table(grid: &Grid) -> String {
    let mean = grid.has_mean().then(|| "mean".to_owned());
    let heads = mean.into_iter().chain(grid.columns.iter().cloned());
    table("method", heads, grid.rows.iter().map(|row| main_row(grid, row)))
}

fn main_row(grid: &Grid, row: &Row) -> Vec<String> {
    let name = match row.kind {
        Kind::Gan | Kind::Control => format!("{} ({})", row.label, words::seeds(row)),
        Kind::BestEpoch => format!("{}: {BEST_EPOCH}", row.label),
        Kind::Published => format!("{} ({})", row.label, row.source),
        Kind::PublishedMixed => format!("{}\u{2020} ({})", row.label, row.source),
    };
    let mut cells = vec![name];
    if grid.has_mean() {
        let text = row.mean.as_ref().map_or_else(
            || "missing".to_owned(),
            |mean| {
                let (mean, spread) = words::figure(mean);
                let remark = words::incomplete(grid, row).map(|remark| format!("({remark})"));
                [mean, spread, remark.unwrap_or_default()]
                    .join(" ")
                    .trim()
                    .replace("  ", " ")
            },
        );
        cells.push(text);
    }
    for figure in &row.figures {
        cells.push(
            figure
                .as_ref()
                .map_or_else(|| "missing".to_owned(), |figure| words::figure(figure).0),
        );
    }
    cells
}

fn ablation(page: &Page) -> String {
    let lines = page.ablation.rows.iter().map(|(label, comparisons)| {
        let cell = |comparison: &Option<super::ablation::Comparison>| match comparison {
            Some(found) => format!(
                "{:.3} ({:+.3}; {})",
                found.with,
                found.difference.mean,
                words::pairs(found)
            ),
            None => "missing".to_owned(),
        };
        std::iter::once(label.clone())
            .chain(comparisons.iter().map(cell))
            .collect()
    });
    table("method", page.ablation.columns.iter().cloned(), lines)
}

fn run_time(page: &Page) -> String {
    let heads = ["data", "ms per image", "computed on"].map(str::to_owned);
    let ours = words::run_times(page.grids).into_iter().map(|line| line.to_vec());
    let published = page.run_times.rows.iter().flat_map(|row| {
        let times = page.run_times.columns.iter().zip(&row.figures);
        times.map(|(data, time)| {
            let method = format!("{} ({})", row.method, row.citation);
            vec![method, data.clone(), time.to_string(), row.condition.clone()]
        })
    });
    table("method", heads.into_iter(), ours.chain(published))
}

fn table(first: &str, heads: impl Iterator<Item = String>, lines: impl Iterator<Item = Vec<String>>) -> String {
    let heads: Vec<String> = std::iter::once(first.to_owned()).chain(heads).collect();
    let rule = std::iter::once("---")
        .chain(heads.iter().skip(1).map(|_| "---:"))
        .collect::<Vec<_>>()
        .join(" | ");
    let mut text = vec![line(&heads), format!("| {rule} |")];
    text.extend(lines.map(|cells| line(&cells)));
    text.join("\n")
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

fn bullets(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// Class names and notes are text: nothing in them is Markdown or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}
