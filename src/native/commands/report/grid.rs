//! From records to the rows and columns of a table.

use super::figure::{Figure, mean};
use crate::data::{Protocol, SplitKind};
use crate::methods::MethodId;
use crate::native::datasets::catalogue::PaperFigures;
use crate::native::results::published::{self, MIXED, Published};
use crate::native::results::{Budget, Cell, Stored, Table};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Records that may stand in one table: the same data, protocol, split and budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The table of the papers.
    pub table: Table,
    /// How much computing it was given.
    pub budget: Budget,
    /// Which classes are normal.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub split: SplitKind,
}

impl Key {
    /// The table that a cell is in.
    pub fn of(cell: &Cell) -> Self {
        Self {
            table: cell.table,
            budget: cell.budget,
            protocol: cell.protocol,
            split: cell.split,
        }
    }
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
    /// Where a published one is from.
    pub source: String,
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
    /// What it is of.
    pub key: Key,
    /// Classes; where `normal` stands against all others, these together and each.
    pub columns: Vec<String>,
    /// Ours, then the controls, then the published ones.
    pub rows: Vec<Row<'a>>,
    /// Published figures of other data, and what they are of.
    pub elsewhere: Option<(&'static str, Published)>,
}

/// Heading of the column of all anomalies together.
pub fn overall(table: Table) -> String {
    format!("all {}s", table.dataset().class_word)
}

impl<'a> Grid<'a> {
    /// Whether the columns are classes in turn, so that their mean is the table's figure; else the first column is.
    pub fn has_mean(&self) -> bool {
        self.key.table.dataset().has_turns()
    }

    /// One table for each key among the records, in a fixed order.
    ///
    /// # Errors
    /// The published figures are damaged.
    pub fn all(records: &'a [Stored]) -> Result<Vec<Self>> {
        let mut by_key: BTreeMap<Key, Vec<&Stored>> = BTreeMap::new();
        for stored in records {
            by_key.entry(Key::of(&stored.record.cell)).or_default().push(stored);
        }
        by_key
            .into_iter()
            .map(|(key, records)| Self::new(key, &records))
            .collect()
    }

    fn new(key: Key, records: &[&'a Stored]) -> Result<Self> {
        let columns = columns(key.table, records);
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
        let mut rows = Vec::new();
        for records in methods.into_values() {
            rows.extend(ours(key.table, &columns, records));
        }
        let published = published::aucs(key.table)?;
        let elsewhere = match key.table.dataset().table.published() {
            PaperFigures::Elsewhere { note, .. } => Some((note, published)),
            _ => {
                rows.extend(published_rows(&published, key.protocol, columns.len()));
                None
            }
        };
        Ok(Self {
            key,
            columns,
            rows,
            elsewhere,
        })
    }

    /// Columns whose best figure among the GANs' last epochs and the controls is this row's.
    pub fn is_best(&self, row: &Row, figure: impl Fn(&Row) -> Option<f64>) -> bool {
        let own = |other: &&Row| {
            matches!(other.kind, Kind::Gan | Kind::Control) && other.changed_size() == row.changed_size()
        };
        let best = self
            .rows
            .iter()
            .filter(own)
            .filter_map(&figure)
            .fold(f64::NAN, f64::max);
        own(&row) && figure(row) == Some(best)
    }
}

/// Methods that are trained first, in the order of the registry, then what this version does not know, then the controls.
fn rank(method: &str) -> usize {
    let known = MethodId::ALL.iter().position(|one| one.id == method);
    match known {
        Some(place) if is_control(method) => MethodId::ALL.len() + 1 + place,
        Some(place) => place,
        None => MethodId::ALL.len(),
    }
}

/// Whether a method is a control: what learns at once is simple, and what the others must beat.
fn is_control(method: &str) -> bool {
    MethodId::named(method).is_some_and(|method| method.learns_at_once)
}

/// Name of a method for people, with its options and with settings changed for a trial.
pub fn method_label(method: &str, options: &[String], changes: &[String]) -> String {
    let name = MethodId::named(method).map_or_else(|| method.to_owned(), |method| method.to_string());
    let differences = options.iter().chain(changes).cloned();
    std::iter::once(name).chain(differences).collect::<Vec<_>>().join(" + ")
}

/// Classes of the table in the order of their labels, then any others that records have.
fn columns(table: Table, records: &[&Stored]) -> Vec<String> {
    let known = table.dataset();
    let (mut columns, found): (Vec<String>, BTreeSet<&String>) = if known.has_turns() {
        let classes = records.iter().map(|stored| &stored.record.cell.class);
        (known.class_names(), classes.collect())
    } else {
        let classes = records.iter().flat_map(|stored| stored.record.auc_by_class.keys());
        (vec![overall(table)], classes.collect())
    };
    for class in found {
        if !columns.contains(class) {
            columns.push(class.clone());
        }
    }
    columns
}

/// The row of a method and, of a GAN, the row of its best epochs.
fn ours<'a>(table: Table, columns: &[String], records: Vec<&'a Stored>) -> Vec<Row<'a>> {
    let Some(first) = records.first() else {
        return Vec::new();
    };
    let Cell {
        method,
        options,
        changes,
        ..
    } = &first.record.cell;
    let label = method_label(method, options, changes);
    let best_epoch = |stored: &Stored| stored.record.epochs.iter().copied().reduce(f64::max);
    let row = |kind, label, figures, mean, records| Row {
        kind,
        method: method.clone(),
        differences: [options.as_slice(), changes].concat(),
        label,
        source: String::new(),
        figures,
        mean,
        records,
    };
    let (has_turns, overall) = (table.dataset().has_turns(), overall(table));
    // Whether the whole record is what the column is of.
    let whole = |stored: &Stored, column: &str| {
        if has_turns {
            stored.record.cell.class == column
        } else {
            column == overall
        }
    };
    let last = |stored: &Stored, column: &str| match whole(stored, column) {
        true => Some(stored.record.auc),
        false if has_turns => None,
        false => stored.record.auc_by_class.get(column).copied(),
    };
    let best = |stored: &Stored, column: &str| best_epoch(stored).filter(|_| whole(stored, column));
    let (figures, mean) = summary(columns, &records, last);
    let kind = if is_control(method) { Kind::Control } else { Kind::Gan };
    let has_epochs = records.iter().any(|stored| best_epoch(stored).is_some());
    let mut rows = vec![row(kind, label.clone(), figures, mean, records.clone())];
    if has_epochs {
        let (figures, mean) = summary(columns, &records, best);
        rows.push(row(Kind::BestEpoch, label, figures, mean, Vec::new()));
    }
    rows
}

/// A figure a column over the seeds, and the mean over the columns. Its spread is that of the seeds' means, if each seed
/// has the same columns.
fn summary(
    columns: &[String],
    records: &[&Stored],
    value: impl Fn(&Stored, &str) -> Option<f64>,
) -> (Vec<Option<Figure>>, Option<Figure>) {
    let of_column = |column: &String| {
        let values: Vec<f64> = records.iter().filter_map(|stored| value(stored, column)).collect();
        Figure::of(&values)
    };
    let figures: Vec<Option<Figure>> = columns.iter().map(of_column).collect();
    let means: Vec<f64> = figures.iter().flatten().map(|figure| figure.mean).collect();
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for stored in records {
        let values = columns.iter().filter_map(|column| value(stored, column));
        by_seed.entry(stored.record.cell.seed).or_default().extend(values);
    }
    let even = by_seed.values().all(|values| values.len() == means.len());
    let by_seed: Vec<f64> = by_seed.values().filter_map(|values| mean(values)).collect();
    let overall = mean(&means).and_then(|mean| {
        if even {
            Figure::of(&by_seed)
        } else {
            Some(Figure::bare(mean))
        }
    });
    (figures, overall)
}

/// Published rows of this protocol, and those whose protocol is mixed.
fn published_rows(published: &Published, protocol: Protocol, columns: usize) -> Vec<Row<'static>> {
    let wanted = protocol.to_string();
    let fits = |condition: &str| condition == wanted || condition == MIXED;
    let rows = published.rows.iter().filter(|row| fits(&row.condition));
    rows.map(|row| {
        let mut figures: Vec<_> = row.figures.iter().map(|&figure| Some(Figure::bare(figure))).collect();
        figures.resize(columns, None);
        Row {
            kind: if row.condition == MIXED {
                Kind::PublishedMixed
            } else {
                Kind::Published
            },
            method: row.id.clone(),
            differences: Vec::new(),
            label: row.method.clone(),
            source: row.citation.clone(),
            figures,
            mean: mean(&row.figures).map(Figure::bare),
            records: Vec::new(),
        }
    })
    .collect()
}
