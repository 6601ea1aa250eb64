//! Weights files: safetensors with the model's card in the metadata.
//!
//! A file holds the networks' tensors by name (`generator.encoder.last.weight`, ...), optionally the scores of the
//! normal images set aside for the threshold (`calibration.scores`), what normal images are like (`normality.bank`,
//! `normality.plane`), and in a checkpoint the optimisers' moments (`optimizer.generator.first_moment`, ...) and, if the run
//! is watched with validation images, the networks of its best epoch (`best.generator.encoder.last.weight`, ...). The
//! metadata key `ganomaly` has the [`ModelCard`] as JSON. Every other safetensors reader opens these files too.

use crate::card::ModelCard;
use crate::config::ConfigError;
use crate::methods::Networks;
use crate::networks::tensors::HostTensor;
use crate::normality::Normality;
use crate::optim::AdamState;
use burn::tensor::Device;
use safetensors::SafeTensorError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use thiserror::Error;

mod front_end;
mod read;
mod write;

pub use front_end::{FrontEnd, FrontEndCard};

/// Largest file that is looked into, in bytes.
pub const LARGEST_FILE: usize = 256 << 20;

const CARD_KEY: &str = "ganomaly";
const SCORES: &str = "calibration.scores";
const BANK: &str = "normality.bank";
const PLANE: &str = "normality.plane";
const TYPICAL: &str = "normality.typical";

/// Number format of a file's weights. Moments and scores are always stored in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits.
    Full,
    /// 16 bits: half the download.
    Half,
}

/// What a checkpoint has beyond a model's weights. The random state is the seed in the card and the number of epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerState {
    /// Steps of the run.
    pub steps: usize,
    /// The optimisers that have taken steps, by the names of their networks.
    pub by_network: BTreeMap<String, AdamState>,
}

/// The networks of the epoch with the lowest validation loss, in the checkpoint of a run that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Epochs done.
    pub epoch: usize,
    /// Validation loss.
    pub loss: f32,
    /// The networks' tensors, in the order of [`shapes`](crate::networks::tensors::shapes).
    pub tensors: Vec<HostTensor>,
}

/// The text in a file's metadata.
#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(flatten)]
    card: ModelCard,
    /// Steps of the run, in a checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    /// Steps of each network's optimiser, in a checkpoint; those of the first versions, where all optimisers took all
    /// steps, do not say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    optimizers: BTreeMap<String, usize>,
    /// The best epoch and its validation loss, in the checkpoint of a run that is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best: Option<(usize, f32)>,
}

/// A weights file on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What the model is.
    pub card: ModelCard,
    /// The networks' tensors, in the order of [`shapes`](crate::networks::tensors::shapes).
    pub tensors: Vec<HostTensor>,
    /// Scores of normal images that were not trained on, rising; empty if there are none.
    pub calibration: Vec<f32>,
    /// What normal images are like, for scores beyond the paper's.
    pub normality: Option<Normality>,
    /// Present in a checkpoint.
    pub optimizer: Option<OptimizerState>,
    /// Present in the checkpoint of a run that is watched.
    pub best: Option<Best>,
}

/// A file that is not a usable weights file.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// Longer than anything this program writes.
    #[error("the weights file has {0} bytes; at most {LARGEST_FILE} can be loaded")]
    TooLarge(usize),
    /// The header's length is impossible.
    #[error("this is not a weights file, or it is damaged: its header claims {0} bytes")]
    Header(u64),
    /// Not safetensors, or cut short.
    #[error("this is not a weights file, or it is cut short ({0}): download or save it again")]
    Format(#[from] SafeTensorError),
    /// Safetensors of some other program.
    #[error("this safetensors file is not a model of this program: it has no card under the metadata key `{CARD_KEY}`")]
    NoCard,
    /// Safetensors that are no front end.
    #[error("this is not the front end's file, or it is damaged: it has no card that says where it comes from")]
    NoFrontEnd,
    /// A card that cannot be read.
    #[error("the model's card cannot be read ({0}): the file may come from a later version of this program")]
    Card(#[from] serde_json::Error),
    /// A method that this version does not know.
    #[error("the model is of the method `{0}`, which this version does not know: use a later version")]
    Method(String),
    /// A card with impossible settings.
    #[error("the model's card is wrong: {0}")]
    Config(#[from] ConfigError),
    /// The tensors do not add up to the card's networks.
    #[error("the file holds {found} weights, but its card describes a model of {expected}")]
    Count {
        /// By the card.
        expected: usize,
        /// In the file.
        found: usize,
    },
    /// A tensor is not there.
    #[error("the tensor `{0}` is missing: the file is of another model or damaged")]
    Missing(String),
    /// A tensor that does not belong there.
    #[error("the tensor `{0}` does not belong to this model")]
    Unexpected(String),
    /// A tensor of another shape or number format.
    #[error("the tensor `{name}` is {found}, not {expected}: the file is of another model")]
    Shape {
        /// Its name.
        name: String,
        /// In the file.
        found: String,
        /// By the card.
        expected: String,
    },
    /// A value that is not a number.
    #[error("the tensor `{0}` has values that are not finite numbers: the file is damaged or its training diverged")]
    NotFinite(String),
    /// A model file where a checkpoint is needed.
    #[error(
        "this file is a finished model, not a checkpoint: a run cannot go on from it, but can be fine-tuned from it"
    )]
    NotCheckpoint,
}

impl Weights {
    /// The model of a checkpoint's best epoch.
    pub fn at_best(&self, best: &Best) -> Self {
        Self {
            card: ModelCard {
                epochs_trained: best.epoch,
                ..self.card.clone()
            },
            tensors: best.tensors.clone(),
            calibration: Vec::new(),
            normality: None,
            optimizer: None,
            best: None,
        }
    }

    /// Puts the weights into networks on a device.
    ///
    /// # Errors
    /// The card's settings are not possible: not those of a file that was [`parse`](Self::parse)d.
    pub fn networks(&self, device: &Device) -> Result<Networks, ConfigError> {
        let values: HashMap<&str, &[f32]> = self
            .tensors
            .iter()
            .map(|tensor| (tensor.name.as_str(), tensor.values.as_slice()))
            .collect();
        let blank = self.card.blank_networks(device)?;
        // `parse` and `read` both give every tensor of the card's networks.
        Ok(blank.replaced(&mut |name, _| values.get(name).map(|values| values.to_vec())))
    }
}

fn moment_name(network: &str, moment: &str) -> String {
    format!("optimizer.{network}.{moment}_moment")
}

fn best_name(tensor: &str) -> String {
    format!("best.{tensor}")
}
