//! From records to the rows and columns of a table.

use super::figure::{Figure, mean, range};
use crate::data::{Protocol, SplitKind};
use crate::methods::MethodId;
use crate::native::datasets::catalogue::{Known, PaperFigures};
use crate::native::results::published::{self, MIXED, Published, PublishedRow};
use crate::native::results::{Budget, Cell, Record, Stored, Table};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Said of the rows of best epochs.
const BEST_EPOCH: &str = "best epoch chosen on test labels (leakage, for comparison only)";

/// What is the same for all cells of one table. Tables are in this order.
pub type Key = (Table, Budget, Protocol, SplitKind);

/// The table that a cell is in.
pub fn key(cell: &Cell) -> Key {
    (cell.table, cell.budget, cell.protocol, cell.split)
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A GAN after its last epoch.
    Gan,
    /// The same GAN after the epoch that is best on the test labels.
    BestEpoch,
    /// A control.
    Control,
    /// A published figure.
    Published,
    /// A published figure that was taken over from another protocol.
    PublishedMixed,
}

/// A method's figures.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What it is.
    pub kind: Kind,
    /// The method's name in results.
    pub method: String,
    /// Named options beyond the paper's form, and settings changed for a trial.
    pub differences: Vec<String>,
    /// Name for people, with the differences; a published one's as in its source.
    pub label: String,
    /// How many seeds it is of, or where a published one is from.
    pub remark: String,
    /// A figure a column, where there is one.
    pub figures: Vec<Option<Figure>>,
    /// Mean over the classes that there are figures of.
    pub mean: Option<Figure>,
    /// The records that it is made of.
    pub records: Vec<&'a Stored>,
}

impl Row<'_> {
    /// The size of the images, if it is not the table's: rows with other images cannot be compared.
    pub fn changed_size(&self) -> Option<&String> {
        self.differences
            .iter()
            .find(|difference| difference.starts_with("size-"))
    }

    /// Number of columns that have a figure.
    pub fn filled(&self) -> usize {
        self.figures.iter().flatten().count()
    }
}

/// A table of a report.
#[derive(Debug)]
pub struct Grid<'a> {
    /// One of its cells: all have the same table, budget, protocol and split.
    pub cell: &'a Cell,
    /// Classes; where `normal` stands against all others, these together and each.
    pub columns: Vec<String>,
    /// Ours, then the controls, then the published ones.
    pub rows: Vec<Row<'a>>,
    /// Published figures of other data, and what they are of.
    pub elsewhere: Option<(&'static str, Published)>,
}

impl<'a> Grid<'a> {
    /// The data set that it is of.
    pub fn dataset(&self) -> &'static Known {
        self.cell.table.dataset()
    }

    /// Whether the columns are classes in turn, so that their mean is the table's figure; else the first column is.
    pub fn has_mean(&self) -> bool {
        self.dataset().has_turns()
    }

    /// The rows of GANs after their last epoch and of controls.
    pub fn ours(&self) -> impl Iterator<Item = &Row<'a>> {
        let is_ours = |row: &&Row| matches!(row.kind, Kind::Gan | Kind::Control);
        self.rows.iter().filter(is_ours)
    }

    /// One table for each key among the records, in a fixed order.
    ///
    /// # Errors
    /// The published figures are damaged.
    pub fn all(records: &'a [Stored]) -> Result<Vec<Self>> {
        let mut by_key: BTreeMap<Key, Vec<&Stored>> = BTreeMap::new();
        for stored in records {
            by_key.entry(key(&stored.record.cell)).or_default().push(stored);
        }
        by_key.values().map(|records| Self::new(records)).collect()
    }

    /// The table of some records, one at least.
    fn new(records: &[&'a Stored]) -> Result<Self> {
        let cell = &records[0].record.cell;
        let columns = columns(cell.table, records);
        let mut methods: BTreeMap<_, Vec<&Stored>> = BTreeMap::new();
        for &stored in records {
            let cell = &stored.record.cell;
            let order = (
                &cell.changes,
                rank(&cell.method),
                &cell.method,
                cell.options.len(),
                &cell.options,
            );
            methods.entry(order).or_default().push(stored);
        }
        let mut rows: Vec<Row> = methods.values().flat_map(|records| ours(&columns, records)).collect();
        let published = published::aucs(cell.table)?;
        let elsewhere = match cell.table.dataset().table.published() {
            PaperFigures::Elsewhere { note, .. } => Some((note, published)),
            _ => {
                let row = |row| published_row(row, cell.protocol, columns.len());
                rows.extend(published.rows.iter().filter_map(row));
                None
            }
        };
        Ok(Self {
            cell,
            columns,
            rows,
            elsewhere,
        })
    }

    /// Columns whose best figure among the GANs' last epochs and the controls is this row's.
    pub fn is_best(&self, row: &Row, figure: impl Fn(&Row) -> Option<f64>) -> bool {
        let same_size = self.ours().filter(|other| other.changed_size() == row.changed_size());
        let best = same_size.filter_map(&figure).fold(f64::NAN, f64::max);
        matches!(row.kind, Kind::Gan | Kind::Control) && figure(row) == Some(best)
    }
}

/// Methods that are trained first, in the order of the registry, then what this version does not know, then the controls.
fn rank(method: &str) -> (bool, usize) {
    let known = MethodId::ALL.iter().position(|one| one.id == method);
    (is_control(method), known.unwrap_or(MethodId::ALL.len()))
}

/// Whether a method is a control: what learns at once is simple, and what the others must beat.
fn is_control(method: &str) -> bool {
    MethodId::named(method).is_some_and(|method| method.is_control())
}

/// Name of a cell's method for people, with its options and with settings changed for a trial.
pub fn label(cell: &Cell) -> String {
    let name = MethodId::named(&cell.method).map_or_else(|| cell.method.clone(), |method| method.to_string());
    [&[name], cell.options.as_slice(), &cell.changes].concat().join(" + ")
}

/// Heading of the column of all anomalies together.
pub fn overall(table: Table) -> String {
    format!("all {}s", table.dataset().class_word)
}

/// Classes of the table in the order of their labels, or all anomalies together; then any others that records have.
fn columns(table: Table, records: &[&Stored]) -> Vec<String> {
    let known = table.dataset();
    let mut columns = match known.has_turns() {
        true => known.class_names(),
        false => vec![overall(table)],
    };
    let found: BTreeSet<String> = records
        .iter()
        .flat_map(|stored| last_epoch(&stored.record).into_keys())
        .collect();
    let others: Vec<String> = found.into_iter().filter(|class| !columns.contains(class)).collect();
    columns.extend(others);
    columns
}

/// AUCs of a record by column.
type Aucs = BTreeMap<String, f64>;

/// The column that a record is of as a whole: its class, or all anomalies together.
fn column(cell: &Cell) -> String {
    match cell.table.dataset().has_turns() {
        true => cell.class.clone(),
        false => overall(cell.table),
    }
}

/// What a record has after its last epoch.
fn last_epoch(record: &Record) -> Aucs {
    let mut aucs = match record.cell.table.dataset().has_turns() {
        true => Aucs::new(),
        false => record.auc_by_class.clone(),
    };
    aucs.insert(column(&record.cell), record.auc);
    aucs
}

/// What it has after the epoch that is best on the test labels.
fn best_epoch(record: &Record) -> Aucs {
    let best = record.epochs.iter().copied().reduce(f64::max);
    best.map(|auc| (column(&record.cell), auc)).into_iter().collect()
}

/// The row of a method and, of a GAN, the row of its best epochs.
fn ours<'a>(columns: &[String], records: &[&'a Stored]) -> Vec<Row<'a>> {
    let cell = &records[0].record.cell;
    let row = |kind, aucs: fn(&Record) -> Aucs| {
        let (figures, mean) = summary(columns, records, aucs);
        Row {
            kind,
            method: cell.method.clone(),
            differences: [cell.options.as_slice(), &cell.changes].concat(),
            label: label(cell),
            remark: seeds(&figures),
            figures,
            mean,
            records: records.to_vec(),
        }
    };
    let kind = match is_control(&cell.method) {
        true => Kind::Control,
        false => Kind::Gan,
    };
    let mut rows = vec![row(kind, last_epoch)];
    if records.iter().any(|stored| !stored.record.epochs.is_empty()) {
        let best = row(Kind::BestEpoch, best_epoch);
        rows.push(Row {
            label: format!("{}: {BEST_EPOCH}", best.label),
            remark: String::new(),
            ..best
        });
    }
    rows
}

/// A figure a column over the seeds, and the mean over the columns. Its spread is that of the seeds' means, if each seed
/// has the same columns.
fn summary(
    columns: &[String],
    records: &[&Stored],
    aucs: fn(&Record) -> Aucs,
) -> (Vec<Option<Figure>>, Option<Figure>) {
    let aucs: Vec<(u64, Aucs)> = records
        .iter()
        .map(|stored| (stored.record.cell.seed, aucs(&stored.record)))
        .collect();
    let of_column = |column: &String| {
        let values: Vec<f64> = aucs.iter().filter_map(|(_, aucs)| aucs.get(column).copied()).collect();
        Figure::of(&values)
    };
    let figures: Vec<Option<Figure>> = columns.iter().map(of_column).collect();
    let means: Vec<f64> = figures.iter().flatten().map(|figure| figure.mean).collect();
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (seed, aucs) in &aucs {
        by_seed.entry(*seed).or_default().extend(aucs.values());
    }
    let overall = if by_seed.values().all(|values| values.len() == means.len()) {
        by_seed.values().filter_map(|values| mean(values)).collect()
    } else {
        Vec::from_iter(mean(&means))
    };
    (figures, Figure::of(&overall))
}

/// How many seeds the figures of a row have, for example "3 seeds" or "1 to 3 seeds".
fn seeds(figures: &[Option<Figure>]) -> String {
    match range(figures.iter().flatten().map(|figure| figure.seeds)).as_str() {
        "1" => "1 seed".to_owned(),
        counts => format!("{counts} seeds"),
    }
}

/// A published row, if it is of this protocol or of a mixed one.
fn published_row<'a>(row: &PublishedRow, protocol: Protocol, columns: usize) -> Option<Row<'a>> {
    let (kind, mark) = match row.condition.as_str() {
        MIXED => (Kind::PublishedMixed, "\u{2020}"),
        condition if condition == protocol.to_string() => (Kind::Published, ""),
        _ => return None,
    };
    let mut figures: Vec<_> = row.figures.iter().map(|&figure| Figure::of(&[figure])).collect();
    figures.resize(columns, None);
    Some(Row {
        kind,
        method: row.id.clone(),
        differences: Vec::new(),
        label: format!("{}{mark}", row.method),
        remark: row.citation.clone(),
        figures,
        mean: Figure::of(&Vec::from_iter(mean(&row.figures))),
        records: Vec::new(),
    })
}
