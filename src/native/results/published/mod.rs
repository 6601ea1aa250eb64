//! Published figures, as the papers print them, see the CSV files beside this one.

use crate::native::results::Table;
use anyhow::{Context, Result};

const MNIST: &str = include_str!("mnist_auc.csv");
const CIFAR10: &str = include_str!("cifar10_auc.csv");
const XRAY: &str = include_str!("xray_auc.csv");
const RUN_TIME: &str = include_str!("runtime_ms.csv");
const SOURCES: &str = include_str!("sources.csv");

/// Protocol of figures that were taken over from papers with another protocol than the table's.
pub const MIXED: &str = "mixed";

/// Figures of a method in a publication.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedRow {
    /// The publication and its table, for people.
    pub citation: String,
    /// "leave-one-out" or [`MIXED`]; on what hardware, of run times; empty where it is not said.
    pub condition: String,
    /// The method.
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

/// Published AUCs beside a table: of MNIST and CIFAR-10 with the table's classes in the order of their labels, of X-ray
/// images the private UBA and FFOB sets. No paper has Fashion-MNIST.
///
/// # Errors
/// A file of this program is damaged.
pub fn aucs(table: Table) -> Result<Published> {
    match table {
        Table::Mnist => parse(MNIST, 3),
        Table::Cifar10 => parse(CIFAR10, 3),
        Table::Xray => parse(XRAY, 2),
        Table::FashionMnist => Ok(Published::default()),
    }
}

/// Published milliseconds to score one image.
///
/// # Errors
/// A file of this program is damaged.
pub fn run_times() -> Result<Published> {
    parse(RUN_TIME, 3)
}

/// The first columns are the source, the condition if there are three, and the method.
fn parse(text: &str, heads: usize) -> Result<Published> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().context("a table of published figures has no header")?;
    let columns = headers.iter().skip(heads).map(str::to_owned).collect();
    let mut rows = Vec::new();
    for line in reader.records() {
        let line = line.context("a table of published figures is damaged")?;
        let cell = |index: usize| line.get(index).unwrap_or_default();
        let figures = line.iter().skip(heads).map(|figure| {
            figure
                .parse::<f64>()
                .with_context(|| format!("the published figure {figure:?} is no number"))
        });
        rows.push(PublishedRow {
            citation: citation(cell(0))?,
            condition: if heads == 3 { cell(1).to_owned() } else { String::new() },
            method: cell(heads - 1).to_owned(),
            figures: figures.collect::<Result<_>>()?,
        });
    }
    Ok(Published { columns, rows })
}

/// The publications in full, each once.
///
/// # Errors
/// A file of this program is damaged.
pub fn sources() -> Result<Vec<String>> {
    let mut sources: Vec<String> = read_sources()?
        .into_iter()
        .map(|[_, _, publication]| publication)
        .collect();
    sources.dedup();
    Ok(sources)
}

fn citation(source: &str) -> Result<String> {
    let found = read_sources()?.into_iter().find(|[name, ..]| name == source);
    let [_, citation, _] = found.with_context(|| format!("the list of publications lacks {source}"))?;
    Ok(citation)
}

/// Name, short citation and publication.
fn read_sources() -> Result<Vec<[String; 3]>> {
    let mut reader = csv::Reader::from_reader(SOURCES.as_bytes());
    let lines = reader.deserialize().collect::<Result<_, _>>();
    lines.context("the list of publications is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_tables_are_whole() {
        for (table, rows) in [
            (Table::Mnist, 9),
            (Table::Cifar10, 11),
            (Table::Xray, 4),
            (Table::FashionMnist, 0),
        ] {
            let published = aucs(table).unwrap();
            assert_eq!(published.rows.len(), rows, "{table}");
            for row in &published.rows {
                assert_eq!(row.figures.len(), published.columns.len(), "{row:?}");
                assert!(row.figures.iter().all(|auc| (0.0..=1.0).contains(auc)), "{row:?}");
                assert!(row.condition.is_empty() || ["leave-one-out", MIXED].contains(&row.condition.as_str()));
            }
        }
        let mnist = aucs(Table::Mnist).unwrap();
        let paper = &mnist.rows[2];
        assert_eq!((paper.method.as_str(), paper.figures[2]), ("GANomaly", 0.92));
        assert!((paper.figures.iter().sum::<f64>() / 10.0 - 0.757).abs() < 5e-4);
        assert_eq!(run_times().unwrap().rows[2].figures[0], 2.79);
    }
}
