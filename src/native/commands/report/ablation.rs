//! What the named options change: each against the paper's form on the same cells.

use super::figure::{Figure, mean};
use super::grid::{Key, key, label};
use crate::native::results::{Cell, Stored};
use std::collections::BTreeMap;

/// A method with options against the same without, on one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Mean AUC with the options, over the cells that were also computed without.
    pub with: f64,
    /// With less without, cell by cell: here the "seeds" are the cells.
    pub difference: Figure,
}

/// Options down, tables across.
#[derive(Debug, Default)]
pub struct Ablation {
    /// Names of the tables.
    pub columns: Vec<String>,
    /// A method with options, and what they change in each table.
    pub rows: Vec<(String, Vec<Option<Comparison>>)>,
}

/// Of each table AUCs with options, and their difference to those without, on the same cell.
type Pairs = BTreeMap<Key, Vec<(f64, f64)>>;

impl Ablation {
    /// Compares all records with options; no rows if there are none.
    pub fn new(records: &[Stored]) -> Self {
        // In a fixed order, on which sums depend.
        let aucs: BTreeMap<String, (&Cell, f64)> = records
            .iter()
            .map(|stored| (stored.record.cell.id(), (&stored.record.cell, stored.record.auc)))
            .collect();
        let mut columns: BTreeMap<Key, String> = BTreeMap::new();
        let mut rows: BTreeMap<_, (String, Pairs)> = BTreeMap::new();
        for &(cell, auc) in aucs.values().filter(|(cell, _)| !cell.options.is_empty()) {
            columns.entry(key(cell)).or_insert_with(|| column(cell));
            let order = (&cell.method, cell.options.len(), &cell.options, &cell.changes);
            let (_, pairs) = rows.entry(order).or_insert_with(|| (label(cell), Pairs::new()));
            let plain = Cell {
                options: Vec::new(),
                ..cell.clone()
            };
            let pair = aucs.get(&plain.id()).map(|(_, without)| (auc, auc - without));
            pairs.entry(key(cell)).or_default().extend(pair);
        }
        let compared = |pairs: Pairs| columns.keys().map(|key| compare(pairs.get(key)?)).collect();
        Self {
            rows: rows
                .into_values()
                .map(|(label, pairs)| (label, compared(pairs)))
                .collect(),
            columns: columns.into_values().collect(),
        }
    }
}

fn column(cell: &Cell) -> String {
    let title = cell.table.dataset().title;
    format!("{title}, {}, {}, {}", cell.protocol, cell.split, cell.budget)
}

fn compare(pairs: &[(f64, f64)]) -> Option<Comparison> {
    let (with, differences): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    Some(Comparison {
        with: mean(&with)?,
        difference: Figure::of(&differences)?,
    })
}
