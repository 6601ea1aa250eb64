//! Results of the papers' tables: one line of JSON a cell, and the pictures of a cell in a file of its own.
//!
//! A folder of results holds `results.jsonl`, or `results-<i>-of-<n>.jsonl` of each shard, and
//! `details/<cell>.json`. A last line that is torn, as by a copy that was cut short, is ignored: its cell is simply not
//! done. Any other line that cannot be read is an error.

pub mod published;
mod store;

pub use store::{Results, Stored, append, file, read, read_details, write_details};

use crate::config::{ModelConfig, TrainingConfig};
use crate::data::{Protocol, SplitKind};
use crate::metrics::Histogram;
use crate::native::datasets::catalogue::{CATALOGUE, Known};
use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A table of the papers: its place in the catalogue of data sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Table(usize);

impl Table {
    /// The data set that it is of.
    pub fn dataset(self) -> &'static Known {
        &CATALOGUE[self.0]
    }
}

impl TryFrom<String> for Table {
    type Error = String;

    fn try_from(id: String) -> Result<Self, String> {
        let place = CATALOGUE.iter().position(|known| known.table.id == id);
        place.map(Self).ok_or_else(|| format!("there is no table {id}"))
    }
}

impl From<Table> for &'static str {
    fn from(table: Table) -> Self {
        table.dataset().table.id
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str((*self).into())
    }
}

/// How much computing a table may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// Under 30 minutes on two processor cores; leaves much out and says what
    Quick,
    /// The papers' full protocol, for a GPU
    Paper,
}

impl fmt::Display for Budget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Quick => "quick",
            Self::Paper => "paper",
        })
    }
}

/// What a result is of: the same cell computed again replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The table.
    pub table: Table,
    /// How much computing it was given.
    pub budget: Budget,
    /// Which classes are normal.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub split: SplitKind,
    /// Class that stands alone; "normal" in the X-ray table.
    pub class: String,
    /// Seed of the split, the first weights and the order of the images.
    pub seed: u64,
    /// "ganomaly", "skip-ganomaly", or a control: "pca-32", "nearest-normals".
    pub method: String,
    /// Named options beyond the paper's form; none is the paper's form.
    pub options: Vec<String>,
    /// Settings that differ from the table's, for example `nf-8`: a trial. None is the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

impl Cell {
    /// A name that can be a file's, for example `mnist-quick-leave-one-out-pooled-3-seed0-ganomaly`, with options
    /// `...-ganomaly+flips-and-shifts`, of a trial `...-ganomaly+nf-8`.
    pub fn id(&self) -> String {
        let (table, budget, protocol, seed) = (self.table, self.budget, self.protocol, self.seed);
        let split = match self.split {
            SplitKind::Pooled => "pooled",
            SplitKind::Official => "official",
        };
        let (class, method) = (file_name(&self.class), file_name(&self.method));
        let differences = self.options.iter().chain(&self.changes);
        let differences: String = differences.map(|name| format!("+{}", file_name(name))).collect();
        format!("{table}-{budget}-{protocol}-{split}-{class}-seed{seed}-{method}{differences}")
    }
}

/// Letters, digits and hyphens as they are, anything else by its bytes: `T-shirt/top` is `T-shirt_2ftop`.
fn file_name(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
            _ => format!("_{byte:02x}"),
        })
        .collect()
}

/// Images of a cell by their role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageCounts {
    /// Normal images that were trained on.
    pub training: usize,
    /// Normal images kept out of training for the threshold.
    pub calibration: usize,
    /// Normal images of the test set.
    pub test_normal: usize,
    /// Anomalies of the test set.
    pub test_anomalous: usize,
}

/// A cell's figures and how they were obtained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What it is of.
    #[serde(flatten)]
    pub cell: Cell,
    /// Area under the ROC curve after the last epoch, 0 to 1.
    pub auc: f64,
    /// Average precision after the last epoch, 0 to 1.
    pub average_precision: f64,
    /// Equal error rate after the last epoch, 0 to 1.
    pub eer: f64,
    /// AUC of each anomalous class against all normal test images; only where there are several.
    pub auc_by_class: BTreeMap<String, f64>,
    /// AUC after the epochs that were judged, the last among them, only to show what choosing the best of them would
    /// claim; the earlier ones by at most 5,000 test images of a kind. Empty for controls and for further scores.
    pub epochs: Vec<f64>,
    /// Images used.
    pub images: ImageCounts,
    /// Shape of the networks; none for controls.
    pub model: Option<ModelConfig>,
    /// Settings of the training run; none for controls.
    pub training: Option<TrainingConfig>,
    /// Seconds that training or fitting took.
    pub training_seconds: f64,
    /// Milliseconds to score one image.
    pub milliseconds_per_image: f64,
    /// What it was computed on.
    pub device: String,
    /// Program and version.
    pub software: String,
    /// What the reader must know: what the budget leaves out, how the data differ.
    pub notes: Vec<String>,
}

impl Record {
    /// Checks that figures are figures: a share is from 0 to 1, a time is 0 or more.
    fn validate(&self) -> Result<()> {
        let shares = [
            ("auc", self.auc),
            ("averagePrecision", self.average_precision),
            ("eer", self.eer),
        ];
        let by_class = self.auc_by_class.values().map(|&auc| ("aucByClass", auc));
        let epochs = self.epochs.iter().map(|&auc| ("epochs", auc));
        for (name, share) in shares.into_iter().chain(by_class).chain(epochs) {
            ensure!(
                (0.0..=1.0).contains(&share),
                "{name} is {share}, not a number from 0 to 1"
            );
        }
        for (name, time) in [
            ("trainingSeconds", self.training_seconds),
            ("millisecondsPerImage", self.milliseconds_per_image),
        ] {
            ensure!(time.is_finite() && time >= 0.0, "{name} is {time}, not a time");
        }
        Ok(())
    }
}

/// Pictures of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// ROC curve from (0, 0) to (1, 1): false and true positive rate of each point.
    pub roc: Vec<[f64; 2]>,
    /// Scores of the test images.
    pub histogram: Histogram,
    /// Some test images and what the generator makes of them.
    pub samples: Vec<Sample>,
    /// Map of some test images by the discriminator's features.
    pub map: Vec<Point>,
}

/// A test image, its reconstruction and its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// Its class.
    pub class: String,
    /// Whether it is an anomaly.
    pub anomalous: bool,
    /// Its anomaly score.
    pub score: f32,
    /// The image, `data:image/png;base64,...`.
    pub image: String,
    /// What the generator makes of it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<String>,
}

/// A test image on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Horizontal place; the scale has no meaning.
    pub x: f32,
    /// Vertical place, likewise.
    pub y: f32,
    /// Its class.
    pub class: String,
    /// Whether it is an anomaly.
    pub anomalous: bool,
}
