//! How the figures were obtained: images, networks, hardware and time of each row.

use super::figure::{mean, range};
use super::grid::{Grid, Row};
use crate::native::results::Record;
use crate::native::results::published::Published;
use std::collections::BTreeSet;
use std::fmt::Display;

/// A line of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The method, which is the first column.
    pub method: String,
    /// What is to be said of it: of a published one the publication.
    pub remark: String,
    /// What stands in the other columns.
    pub cells: Vec<String>,
}

impl Line {
    /// The line of a method, with an empty remark if there is none.
    pub fn new(method: &str, remark: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self {
            method: method.to_owned(),
            remark: remark.to_owned(),
            cells: cells.into_iter().collect(),
        }
    }
}

/// Headings of the facts, without the first, the method.
pub const HEADINGS: [&str; 9] = [
    "cells",
    "seeds",
    "training images",
    "test images, normal",
    "test images, anomalous",
    "network and training",
    "training time",
    "ms per image",
    "computed on",
];

/// Headings of the run times, likewise.
pub const RUN_TIME_HEADINGS: [&str; 3] = ["data", "ms per image", "computed on"];

/// One line a GAN or control, with what belongs under [`HEADINGS`].
pub fn facts(grid: &Grid) -> Vec<Line> {
    let line = |row: &Row| Line::new(&row.label, "", of_row(row));
    grid.ours().map(line).collect()
}

fn of_row(row: &Row) -> [String; 9] {
    let records = || row.records.iter().map(|stored| &stored.record);
    let images = |count: fn(&Record) -> usize| range(records().map(count));
    let training = images(|record| record.images.training);
    let calibration = images(|record| record.images.calibration);
    let seconds: Vec<f64> = records().map(|record| record.training_seconds).collect();
    let milliseconds: Vec<f64> = records().map(|record| record.milliseconds_per_image).collect();
    let each = duration(mean(&seconds).unwrap_or(0.0));
    [
        records().count().to_string(),
        listed(records().map(|record| record.cell.seed), ", "),
        match calibration.as_str() {
            "0" => training,
            _ => format!("{training}, and {calibration} for the threshold"),
        },
        images(|record| record.images.test_normal),
        images(|record| record.images.test_anomalous),
        listed(records().filter_map(settings), "; "),
        format!("{each} each, {} in all", duration(seconds.iter().sum())),
        format!("{:.3}", mean(&milliseconds).unwrap_or(0.0)),
        listed(
            records().map(|record| format!("{} ({})", record.device, record.software)),
            "; ",
        ),
    ]
}

/// Data, milliseconds an image and hardware of every row of ours and of the published ones.
pub fn run_times(grids: &[Grid], published: &Published) -> Vec<Line> {
    let mut lines = Vec::new();
    for grid in grids {
        let data = format!("{}, {} budget", grid.dataset().title, grid.cell.budget);
        lines.extend(grid.ours().map(|row| {
            let [.., milliseconds, device] = of_row(row);
            Line::new(&row.label, "", [data.clone(), milliseconds, device])
        }));
    }
    for row in &published.rows {
        let times = published.columns.iter().zip(&row.figures);
        lines.extend(times.map(|(data, time)| {
            let cells = [data.clone(), time.to_string(), row.condition.clone()];
            Line::new(&row.method, &row.citation, cells)
        }));
    }
    lines
}

/// Published figures of other data, and the headings above them.
pub fn elsewhere(published: &Published) -> (Vec<String>, Vec<Line>) {
    let heads = published.columns.iter().map(|column| column.replace('_', " "));
    let lines = published.rows.iter().map(|row| {
        let figures = row.figures.iter().map(|figure| format!("{figure:.3}"));
        Line::new(&row.method, &row.citation, figures)
    });
    (heads.collect(), lines.collect())
}

/// "32x32x1, nz 100, nf 64, 15 epochs, batch 64, learning rate 0.0002"; `None` for controls.
fn settings(record: &Record) -> Option<String> {
    let (model, training) = (record.model.as_ref()?, record.training.as_ref()?);
    Some(format!(
        "{0}x{0}x{1}, nz {2}, nf {3}, {4} epochs, batch {5}, learning rate {6}",
        model.size,
        model.channels,
        model.latent_size,
        model.features,
        training.epochs,
        training.batch_size,
        training.learning_rate
    ))
}

/// What is different, in order.
fn listed<T: Ord + Display>(values: impl Iterator<Item = T>, between: &str) -> String {
    let different: BTreeSet<T> = values.collect();
    different.iter().map(T::to_string).collect::<Vec<_>>().join(between)
}

/// A time to the precision that people want.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// The notes of a table's records, each with the number of cells that have it.
pub fn notes(grid: &Grid) -> Vec<String> {
    let records: Vec<&Record> = grid
        .ours()
        .flat_map(|row| &row.records)
        .map(|stored| &stored.record)
        .collect();
    let notes: BTreeSet<&String> = records.iter().flat_map(|record| &record.notes).collect();
    let all = records.len();
    let sentence = |note: &String| match records.iter().filter(|record| record.notes.contains(note)).count() {
        count if count == all => note.clone(),
        count => format!("{note} ({count} of {all} cells)"),
    };
    notes.into_iter().map(sentence).collect()
}
