//! What a table says, in sentences, for both the page and the Markdown file.

use super::ablation::Comparison;
use super::figure::{Figure, mean};
use super::grid::{Grid, Kind, Row, overall};
use crate::data::{Protocol, SplitKind};
use crate::methods::{MethodId, Pca};
use crate::native::results::Budget;

/// A sentence on a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is that a GAN loses to a control.
    pub loses: bool,
    /// The sentence.
    pub text: String,
}

impl Finding {
    fn plain(text: String) -> Self {
        Self { loses: false, text }
    }
}

/// How to read a report: a heading and what it means.
pub fn how_to_read() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("how-to-read.txt").lines();
    lines.filter_map(|line| line.split_once(". "))
}

/// Explains the mark of published rows of mixed protocol.
pub const MIXED_NOTE: &str = "\u{2020} Listed among leave-one-out figures by its source, but taken over there from papers \
    whose protocol is one-class: it cannot be compared with leave-one-out figures.";

/// Heading of a table, unique in a report.
pub fn title(grid: &Grid) -> String {
    let (title, cell) = (grid.dataset().title, grid.cell);
    format!("{title}: {}, {}, {} budget", cell.protocol, cell.split, cell.budget)
}

/// What is normal, what is the anomaly, and what the budget means.
pub fn task(grid: &Grid) -> String {
    let word = grid.dataset().class_word;
    let normal = match grid.cell.protocol {
        _ if !grid.has_mean() => {
            format!("Images without a {word} are normal; every class of {word}s is an anomaly.")
        }
        Protocol::LeaveOneOut => "The class of a column is the anomaly; all others are normal.".to_owned(),
        Protocol::OneClass => "The class of a column is the only normal one; all others are anomalies.".to_owned(),
    };
    let split = match grid.cell.split {
        SplitKind::Pooled => "Training and test set are pooled; 80 % of the normal images are for training.",
        SplitKind::Official => "The data set's own training and test set.",
    };
    let budget = match grid.cell.budget {
        Budget::Quick => {
            "Quick budget: made for two processor cores in half an hour, so it leaves out what the notes say."
        }
        Budget::Paper => "Paper budget: the full protocol.",
    };
    format!("{normal} {split} {budget}")
}

/// Whether the mean is of fewer classes than there are: "mean of 7 of 10".
pub fn incomplete(grid: &Grid, row: &Row) -> Option<String> {
    let (filled, all) = (row.filled(), grid.columns.len());
    (filled > 0 && filled < all).then(|| format!("mean of {filled} of {all}"))
}

/// Number of pairs of a comparison and the spread of their differences.
pub fn pairs(comparison: &Comparison) -> String {
    let Figure { spread, seeds, .. } = &comparison.difference;
    match (*seeds, spread.as_str()) {
        (1, _) => "1 cell".to_owned(),
        (count, "") => format!("{count} cells"),
        (count, spread) => format!("{spread}, {count} cells"),
    }
}

/// How each GAN stands to the controls, to its own best epochs and to what was published of it: its name and sentences.
pub fn findings<'a>(grid: &'a Grid) -> Vec<(&'a str, Vec<Finding>)> {
    let gans = grid.rows.iter().filter(|row| row.kind == Kind::Gan);
    gans.map(|row| (row.label.as_str(), of_row(grid, row))).collect()
}

fn of_row(grid: &Grid, row: &Row) -> Vec<Finding> {
    let mut findings = Vec::new();
    let others = |kind: Kind| grid.rows.iter().filter(move |other| other.kind == kind);
    for &control in MethodId::ALL.iter().filter(|method| method.is_control()) {
        let found = others(Kind::Control)
            .find(|other| other.method == control.id && other.changed_size() == row.changed_size());
        match found.and_then(|found| against_control(grid, row, found)) {
            None if control == MethodId::of::<Pca>() => findings.push(Finding::plain(
                "There is no PCA control on the same classes, so it cannot be said to beat PCA.".to_owned(),
            )),
            finding => findings.extend(finding),
        }
    }
    let best = others(Kind::BestEpoch).find(|other| other.method == row.method && other.differences == row.differences);
    findings.extend(best.and_then(|best| against_best_epoch(grid, row, best)));
    if row.differences.is_empty() {
        let published = others(Kind::Published).filter(|other| other.method == row.method);
        findings.extend(published.filter_map(|published| against_published(grid, row, published)));
    }
    findings
}

/// Columns that both rows have, with their figures.
fn shared(row: &Row, other: &Row) -> Vec<(usize, f64, f64)> {
    let pairs = row.figures.iter().zip(&other.figures).enumerate();
    pairs
        .filter_map(|(column, (left, right))| Some((column, left.as_ref()?.mean, right.as_ref()?.mean)))
        .collect()
}

/// The figures that the two rows are judged by: the means over the columns that both have, or the first column.
fn compared(grid: &Grid, row: &Row, other: &Row) -> Option<(f64, f64, String)> {
    let shared = shared(row, other);
    if !grid.has_mean() {
        let &(_, left, right) = shared.iter().find(|(column, ..)| *column == 0)?;
        return Some((left, right, format!("over {}", overall(grid.cell.table))));
    }
    let (left, right): (Vec<f64>, Vec<f64>) = shared.iter().map(|&(_, left, right)| (left, right)).unzip();
    let over = match shared.len() {
        1 => "on the one class that both have".to_owned(),
        count => format!("over the {count} classes that both have"),
    };
    Some((mean(&left)?, mean(&right)?, over))
}

fn against_control(grid: &Grid, row: &Row, control: &Row) -> Option<Finding> {
    let (own, other, over) = compared(grid, row, control)?;
    let mut classes = shared(row, control);
    classes.retain(|(column, ..)| grid.has_mean() || *column > 0);
    let behind: Vec<&str> = classes
        .iter()
        .filter(|(_, own, other)| own < other)
        .map(|(column, ..)| grid.columns[*column].as_str())
        .collect();
    let (loses, stands) = match own.partial_cmp(&other) {
        Some(std::cmp::Ordering::Less) => (true, "Loses to"),
        Some(std::cmp::Ordering::Equal) => (false, "Is level with"),
        _ => (false, "Beats"),
    };
    let short = match control.method == MethodId::of::<Pca>().id {
        true => "PCA",
        false => "the nearest normals",
    };
    let (count, all) = (behind.len(), classes.len());
    let within = match count {
        _ if all == 0 => String::new(),
        0 => format!("; behind in none of {all}"),
        _ => format!("; behind in {count} of {all}: {}", behind.join(", ")),
    };
    let text = format!("{stands} {short}: AUC {own:.3} against {other:.3} {over}{within}.");
    Some(Finding { loses, text })
}

fn against_best_epoch(grid: &Grid, row: &Row, best: &Row) -> Option<Finding> {
    let (own, claimed, over) = compared(grid, row, best)?;
    Some(Finding::plain(format!(
        "Choosing each model's best epoch on the test labels would claim {claimed:.3} instead of {own:.3} {over}; that \
         is leakage."
    )))
}

fn against_published(grid: &Grid, row: &Row, published: &Row) -> Option<Finding> {
    let (own, theirs, over) = compared(grid, row, published)?;
    let (source, difference) = (&published.remark, own - theirs);
    Some(Finding::plain(format!(
        "Published: {theirs:.3} ({source}), here {own:.3}, a difference of {difference:+.3} {over}."
    )))
}
