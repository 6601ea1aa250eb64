//! Published figures, as the papers print them, see the CSV files beside this one.

use crate::native::datasets::catalogue::PaperFigures;
use crate::native::results::Table;
use anyhow::{Context, Result};
use serde::Deserialize;

/// Protocol of figures that were taken over from papers with another protocol than the table's.
pub const MIXED: &str = "mixed";

/// Figures of a method in a publication: a line of a CSV file, whose cells are in this order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedRow {
    /// The publication and its table, for people.
    pub citation: String,
    /// "leave-one-out" or [`MIXED`]; on what hardware, of run times; empty where it is not said.
    pub condition: String,
    /// The method's name in results.
    pub id: String,
    /// The method as the publication names it.
    pub method: String,
    /// Its figures, in the order of the columns.
    pub figures: Vec<f64>,
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Published {
    /// What each figure is of.
    pub columns: Vec<String>,
    /// One method of one publication each.
    pub rows: Vec<PublishedRow>,
}

/// Published AUCs beside a table, empty if there are none.
///
/// # Errors
/// A file of this program is damaged.
pub fn aucs(table: Table) -> Result<Published> {
    match table.dataset().table.published() {
        PaperFigures::Nothing => Ok(Published::default()),
        PaperFigures::Same(table) | PaperFigures::Elsewhere { table, .. } => parse(table),
    }
}

/// Published milliseconds to score one image.
///
/// # Errors
/// A file of this program is damaged.
pub fn run_times() -> Result<Published> {
    parse(include_str!("runtime_ms.csv"))
}

/// The publications in full.
pub fn sources() -> impl Iterator<Item = &'static str> {
    include_str!("sources.txt").lines()
}

/// Columns before the figures.
const HEADS: usize = 4;

fn parse(text: &str) -> Result<Published> {
    let damaged = "a table of published figures is damaged";
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader
        .headers()
        .context(damaged)?
        .iter()
        .skip(HEADS)
        .map(str::to_owned)
        .collect();
    // By their place, not by their headings: the last field takes all figures.
    let rows = reader.records().map(|line| line?.deserialize(None));
    Ok(Published {
        columns,
        rows: rows.collect::<csv::Result<_>>().context(damaged)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: &str) -> Published {
        aucs(Table::try_from(table.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn published_tables_are_whole() {
        for (table, rows) in [("mnist", 9), ("cifar10", 11), ("xray", 4), ("fashion-mnist", 0)] {
            let published = of(table);
            assert_eq!(published.rows.len(), rows, "{table}");
            for row in &published.rows {
                assert_eq!(row.figures.len(), published.columns.len(), "{row:?}");
                assert!(row.figures.iter().all(|auc| (0.0..=1.0).contains(auc)), "{row:?}");
                assert!(row.condition.is_empty() || ["leave-one-out", MIXED].contains(&row.condition.as_str()));
            }
        }
        let mnist = of("mnist");
        let paper = &mnist.rows[2];
        assert_eq!((paper.method.as_str(), paper.figures[2]), ("GANomaly", 0.92));
        assert!((paper.figures.iter().sum::<f64>() / 10.0 - 0.757).abs() < 5e-4);
        assert_eq!(run_times().unwrap().rows[2].figures[0], 2.79);
    }
}
