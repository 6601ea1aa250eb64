//! What the named options change: each against the paper's form on the same cells.

use super::figure::Figure;
use super::grid::{Key, method_label};
use crate::native::results::{Cell, Stored};
use std::collections::BTreeMap;

/// A method with options against the same without, on one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Mean AUC with the options, over the cells that were also computed without.
    pub with: f64,
    /// Mean AUC without them.
    pub without: f64,
    /// With less without, cell by cell: here the "seeds" are the cells.
    pub difference: Figure,
}

/// Method, number of its options, the options, and what a trial changes: in this order.
type Name<'a> = (&'a str, usize, &'a [String], &'a [String]);

/// AUCs with and without options, on the same cell.
type Pairs = Vec<(f64, f64)>;

/// Options down, tables across.
#[derive(Debug, Default)]
pub struct Ablation {
    /// Names of the tables.
    pub columns: Vec<String>,
    /// A method with options, and what they change in each table.
    pub rows: Vec<(String, Vec<Option<Comparison>>)>,
}

impl Ablation {
    /// Compares all records with options; no rows if there are none.
    pub fn new(records: &[Stored]) -> Self {
        // In a fixed order, on which sums depend.
        let aucs: BTreeMap<String, (&Cell, f64)> = records
            .iter()
            .map(|stored| (stored.record.cell.id(), (&stored.record.cell, stored.record.auc)))
            .collect();
        let mut pairs: BTreeMap<Key, BTreeMap<Name, Pairs>> = BTreeMap::new();
        for (cell, auc) in aucs.values() {
            if cell.options.is_empty() {
                continue;
            }
            let name: Name = (&cell.method, cell.options.len(), &cell.options, &cell.changes);
            let found = pairs.entry(Key::of(cell)).or_default().entry(name).or_default();
            let plain = Cell {
                options: Vec::new(),
                ..(*cell).clone()
            };
            found.extend(aucs.get(&plain.id()).map(|(_, without)| (*auc, *without)));
        }
        let mut names: Vec<_> = pairs.values().flat_map(|methods| methods.keys().copied()).collect();
        names.sort_unstable();
        names.dedup();
        let columns = pairs.keys().map(column).collect();
        let row = |name: Name| {
            let comparisons = pairs
                .values()
                .map(|methods| methods.get(&name).and_then(|pairs| compare(pairs)));
            (method_label(name.0, name.2, name.3), comparisons.collect())
        };
        Self {
            columns,
            rows: names.into_iter().map(row).collect(),
        }
    }
}

fn column(key: &Key) -> String {
    format!(
        "{}, {}, {}, {}",
        key.table.dataset().title,
        key.protocol,
        key.split,
        key.budget
    )
}

fn compare(pairs: &[(f64, f64)]) -> Option<Comparison> {
    let (mut with, mut without, mut differences) = (0.0, 0.0, Vec::new());
    for (auc, plain) in pairs {
        with += auc / pairs.len() as f64;
        without += plain / pairs.len() as f64;
        differences.push(auc - plain);
    }
    Some(Comparison {
        with,
        without,
        difference: Figure::of(&differences)?,
    })
}
