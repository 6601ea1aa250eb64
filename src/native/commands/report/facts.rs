//! How the figures were obtained: images, networks, hardware and time of each row.

use super::figure::mean;
use super::grid::{Grid, Kind, Row};
use crate::native::results::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

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

/// One line a GAN or control: its name and what belongs under [`HEADINGS`].
pub fn facts(grid: &Grid) -> Vec<(String, [String; 9])> {
    let ours = grid
        .rows
        .iter()
        .filter(|row| matches!(row.kind, Kind::Gan | Kind::Control));
    ours.map(|row| (row.label.clone(), of_row(row))).collect()
}

fn of_row(row: &Row) -> [String; 9] {
    let records: Vec<&Record> = row.records.iter().map(|stored| &stored.record).collect();
    let images = |count: fn(&Record) -> usize| range(records.iter().map(|record| count(record)));
    let training = images(|record| record.images.training);
    let calibration = images(|record| record.images.calibration);
    let seconds: Vec<f64> = records.iter().map(|record| record.training_seconds).collect();
    let milliseconds: Vec<f64> = records.iter().map(|record| record.milliseconds_per_image).collect();
    let time = format!(
        "{} each, {} in all",
        duration(mean(&seconds).unwrap_or(0.0)),
        duration(seconds.iter().sum())
    );
    [
        records.len().to_string(),
        listed(records.iter().map(|record| record.cell.seed), ", "),
        if calibration == "0" {
            training
        } else {
            format!("{training}, and {calibration} for the threshold")
        },
        images(|record| record.images.test_normal),
        images(|record| record.images.test_anomalous),
        listed(records.iter().filter_map(|record| settings(record)), "; "),
        time,
        format!("{:.3}", mean(&milliseconds).unwrap_or(0.0)),
        listed(
            records
                .iter()
                .map(|record| format!("{} ({})", record.device, record.software)),
            "; ",
        ),
    ]
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

fn range(values: impl Iterator<Item = usize> + Clone) -> String {
    match (values.clone().min(), values.max()) {
        (Some(low), Some(high)) if low < high => format!("{low} to {high}"),
        (Some(low), _) => low.to_string(),
        _ => String::new(),
    }
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
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for stored in grid.rows.iter().flat_map(|row| &row.records) {
        all += 1;
        let different: BTreeSet<&str> = stored.record.notes.iter().map(String::as_str).collect();
        for note in different {
            *counts.entry(note).or_default() += 1;
        }
    }
    let sentence = |(note, count): (&str, usize)| match count {
        _ if count == all => note.to_owned(),
        count => format!("{note} ({count} of {all} cells)"),
    };
    counts.into_iter().map(sentence).collect()
}
