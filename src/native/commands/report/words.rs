//! What a table says, in sentences, for both the page and the Markdown file.

use super::ablation::Comparison;
use super::facts;
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
pub const HOW_TO_READ: [(&str, &str); 5] = [
    (
        "AUC",
        "The chance that an anomaly scores higher than a normal image: 1 is perfect, 0.5 is guessing, below 0.5 is worse \
         than guessing. Each figure is the mean over the seeds that were run; ± is their sample standard deviation, of \
         two seeds the range from one to the other is shown, of one seed there is no spread.",
    ),
    (
        "Last epoch",
        "Every figure of ours is that of the last epoch: no epoch and no threshold is chosen on test labels. The rows \
         named \u{201c}best epoch chosen on test labels\u{201d} show what such a choice would claim; that is leakage, and \
         they are here for comparison only. The authors' code reports that figure.",
    ),
    (
        "Protocol",
        "Leave-one-out: the class of a column is the anomaly, all others are normal. One-class: the class of a column is \
         the only normal one. Pooled: training and test set are put together, 80 % of the normal images train, the \
         others and all anomalies test. Methods learn from normal images alone.",
    ),
    (
        "Controls",
        "Two simple methods see the same pixels and the same split: how badly 32 principal components show an image \
         (mean squared error), and the mean Euclidean distance to the 5 nearest training images. A GAN that loses to \
         PCA is said to lose.",
    ),
    (
        "Differences from the papers",
        "Images are scaled to [-1, 1]; the encoder loss and GANomaly's score are mean squared differences, and the \
         learning rate is 2e-4, all as in the authors' code rather than the paper's text unless a note says otherwise. In \
         testing the batch norm uses the statistics of the training, so that a score depends on its image alone; the \
         authors' code leaves it in training mode.",
    ),
];

/// Explains the mark of published rows of mixed protocol.
pub const MIXED_NOTE: &str = "\u{2020} Listed among leave-one-out figures by its source, but taken over there from papers \
    whose protocol is one-class: it cannot be compared with leave-one-out figures.";

/// A name of the leaky figure.
pub const BEST_EPOCH: &str = "best epoch chosen on test labels (leakage, for comparison only)";

/// Heading of a table, unique in a report.
pub fn title(grid: &Grid) -> String {
    let key = grid.key;
    format!(
        "{}: {}, {}, {} budget",
        key.table.dataset().title,
        key.protocol,
        key.split,
        key.budget
    )
}

/// What is normal, what is the anomaly, and what the budget means.
pub fn task(grid: &Grid) -> String {
    let word = grid.key.table.dataset().class_word;
    let normal = match grid.key.protocol {
        _ if !grid.has_mean() => {
            format!("Images without a {word} are normal; every class of {word}s is an anomaly.")
        }
        Protocol::LeaveOneOut => "The class of a column is the anomaly; all others are normal.".to_owned(),
        Protocol::OneClass => "The class of a column is the only normal one; all others are anomalies.".to_owned(),
    };
    let split = match grid.key.split {
        SplitKind::Pooled => "Training and test set are pooled; 80 % of the normal images are for training.",
        SplitKind::Official => "The data set's own training and test set.",
    };
    let budget = match grid.key.budget {
        Budget::Quick => {
            "Quick budget: made for two processor cores in half an hour, so it leaves out what the notes say."
        }
        Budget::Paper => "Paper budget: the full protocol.",
    };
    format!("{normal} {split} {budget}")
}

/// A figure with its spread.
pub fn figure(figure: &Figure) -> (String, String) {
    let spread = match (figure.deviation, figure.range) {
        (Some(deviation), _) => format!("± {deviation:.3}"),
        (None, Some((low, high))) => format!("{low:.3}\u{2013}{high:.3}"),
        (None, None) => String::new(),
    };
    (format!("{:.3}", figure.mean), spread)
}

/// How many seeds the figures of a row have, for example "3 seeds" or "1 to 3 seeds".
pub fn seeds(row: &Row) -> String {
    let counts = || row.figures.iter().flatten().map(|figure| figure.seeds);
    match (counts().min(), counts().max()) {
        (Some(0) | None, _) | (_, None) => String::new(),
        (Some(1), Some(1)) => "1 seed".to_owned(),
        (Some(low), Some(high)) if low == high => format!("{low} seeds"),
        (Some(low), Some(high)) => format!("{low} to {high} seeds"),
    }
}

/// Whether the mean is of fewer classes than there are: "mean of 7 of 10".
pub fn incomplete(grid: &Grid, row: &Row) -> Option<String> {
    let (filled, all) = (row.filled(), grid.columns.len());
    (filled > 0 && filled < all).then(|| format!("mean of {filled} of {all}"))
}

/// How each GAN stands to the controls, to its own best epochs and to what was published of it: its name and sentences.
pub fn findings(grid: &Grid) -> Vec<(String, Vec<Finding>)> {
    let gans = grid.rows.iter().filter(|row| row.kind == Kind::Gan);
    gans.map(|row| (row.label.clone(), of_row(grid, row))).collect()
}

fn of_row(grid: &Grid, row: &Row) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &control in MethodId::ALL.iter().filter(|method| method.learns_at_once) {
        let same_images = |other: &&Row| other.changed_size() == row.changed_size();
        let found = grid
            .rows
            .iter()
            .filter(same_images)
            .find(|other| other.kind == Kind::Control && other.method == control.id);
        let finding = found.and_then(|found| against_control(grid, row, found));
        if finding.is_none() && control == MethodId::of::<Pca>() {
            findings.push(Finding::plain(
                "There is no PCA control on the same classes, so it cannot be said to beat PCA.".to_owned(),
            ));
        }
        findings.extend(finding);
    }
    findings.extend(against_best_epoch(grid, row));
    if row.differences.is_empty() {
        let published = grid.rows.iter().filter(|other| other.kind == Kind::Published);
        let same = published.filter(|other| other.method == row.method);
        findings.extend(same.filter_map(|published| against_published(row, published)));
    }
    findings
}

/// Number of pairs of a comparison and the spread of their differences.
pub fn pairs(comparison: &Comparison) -> String {
    let (count, (_, spread)) = (comparison.difference.seeds, figure(&comparison.difference));
    match (count, spread.as_str()) {
        (1, _) => "1 cell".to_owned(),
        (_, "") => format!("{count} cells"),
        _ => format!("{spread}, {count} cells"),
    }
}

/// Method, data, milliseconds an image and hardware of every row of ours.
pub fn run_times(grids: &[Grid]) -> Vec<[String; 4]> {
    let mut lines = Vec::new();
    for grid in grids {
        for (label, facts) in facts::facts(grid) {
            let [.., milliseconds, device] = facts;
            let data = format!("{}, {} budget", grid.key.table.dataset().title, grid.key.budget);
            lines.push([label, data, milliseconds, device]);
        }
    }
    lines
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
        return Some((left, right, format!("over {}", overall(grid.key.table))));
    }
    let (left, right): (Vec<f64>, Vec<f64>) = shared.iter().map(|&(_, left, right)| (left, right)).unzip();
    Some((mean(&left)?, mean(&right)?, over(shared.len())))
}

fn over(count: usize) -> String {
    match count {
        1 => "on the one class that both have".to_owned(),
        count => format!("over the {count} classes that both have"),
    }
}

fn against_control(grid: &Grid, row: &Row, control: &Row) -> Option<Finding> {
    let (own, other, over) = compared(grid, row, control)?;
    let classes: Vec<_> = shared(row, control)
        .into_iter()
        .filter(|(column, ..)| grid.has_mean() || *column > 0)
        .collect();
    let behind: Vec<&str> = classes
        .iter()
        .filter(|(_, own, other)| own < other)
        .filter_map(|(column, ..)| grid.columns.get(*column).map(String::as_str))
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
    let within = match behind.as_slice() {
        _ if classes.is_empty() => String::new(),
        [] => format!("; behind in none of {}", classes.len()),
        behind => format!(
            "; behind in {} of {}: {}",
            behind.len(),
            classes.len(),
            behind.join(", ")
        ),
    };
    let text = format!("{stands} {short}: AUC {own:.3} against {other:.3} {over}{within}.");
    Some(Finding { loses, text })
}

fn against_best_epoch(grid: &Grid, row: &Row) -> Option<Finding> {
    let same = |other: &&Row| other.method == row.method && other.differences == row.differences;
    let best = grid
        .rows
        .iter()
        .filter(|other| other.kind == Kind::BestEpoch)
        .find(same)?;
    let (own, claimed, over) = compared(grid, row, best)?;
    Some(Finding::plain(format!(
        "Choosing each model's best epoch on the test labels would claim {claimed:.3} instead of {own:.3} {over}; that \
         is leakage."
    )))
}

fn against_published(row: &Row, published: &Row) -> Option<Finding> {
    let shared = shared(row, published);
    let (own, theirs): (Vec<f64>, Vec<f64>) = shared.iter().map(|&(_, own, theirs)| (own, theirs)).unzip();
    let (own, theirs) = (mean(&own)?, mean(&theirs)?);
    let difference = own - theirs;
    Some(Finding::plain(format!(
        "Published: {theirs:.3} ({}), here {own:.3}, a difference of {difference:+.3} {}.",
        published.source,
        over(shared.len())
    )))
}
