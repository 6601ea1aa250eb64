//! The progress and result types that the log, JSON output and TypeScript share.

use crate::config::{Method, ModelConfig, TrainingConfig};
use crate::framing::Framing;
use crate::metrics::Metrics;
use crate::normality::ScoreForm;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Losses of one step, or their mean over an epoch. Unweighted, except `generator`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Losses {
    /// L_adv, Eq. 1: feature matching in GANomaly, -log D(x') in Skip-GANomaly.
    pub adversarial: f32,
    /// Mean absolute pixel difference, Eq. 2.
    pub contextual: f32,
    /// L_enc of GANomaly, L_lat of Skip-GANomaly, Eq. 3: distance of the latent vectors.
    pub encoder: f32,
    /// Weighted sum of the three, Eq. 4.
    pub generator: f32,
    /// Binary cross entropy of the discriminator, the mean over real and generated images.
    pub discriminator: f32,
}

/// An 8-bit picture to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Red, green, blue, alpha of each pixel, row by row.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub rgba: Vec<u8>,
}

/// What happens during a training run, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TrainingEvent {
    /// The run begins, or goes on from a checkpoint after `first_epoch` whole epochs.
    Started {
        /// Epochs in all.
        epochs: usize,
        /// Epochs done before.
        first_epoch: usize,
        /// Steps of an epoch.
        steps_per_epoch: usize,
        /// Training images.
        images: usize,
        /// Images a step.
        batch_size: usize,
    },
    /// Some steps are done.
    Step {
        /// Current epoch, from 1.
        epoch: usize,
        /// Steps done of the whole run.
        step: usize,
        /// Steps of the whole run.
        steps: usize,
        /// Losses of the last step.
        losses: Losses,
        /// Training speed since the start.
        images_per_second: f64,
        /// Time left at this speed, in seconds.
        seconds_left: f64,
    },
    /// The discriminator's loss fell under its limit: it starts anew.
    DiscriminatorReset {
        /// Current epoch, from 1.
        epoch: usize,
        /// Steps done of the whole run.
        step: usize,
    },
    /// An epoch is done.
    Epoch {
        /// Epochs done.
        epoch: usize,
        /// Mean losses of the epoch.
        losses: Losses,
        /// Seconds it took.
        seconds: f64,
        /// Mean absolute reconstruction error of the validation images, if the run is watched with some.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        validation: Option<f32>,
        /// The epoch with the lowest of these errors so far, which is the one that is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        best_epoch: Option<usize>,
    },
    /// A few images and what the generator makes of them: validation images, if the run is watched with some, otherwise
    /// training images.
    Samples {
        /// Epochs done.
        epoch: usize,
        /// The images.
        inputs: Vec<Picture>,
        /// Their reconstructions.
        reconstructions: Vec<Picture>,
    },
    /// Enough to go on from here if the run breaks off.
    Checkpoint {
        /// Epochs done.
        epoch: usize,
        /// A checkpoint file, see [`crate::weights`].
        #[serde(with = "serde_bytes")]
        #[tsify(type = "Uint8Array")]
        bytes: Vec<u8>,
    },
    /// The run is over.
    Finished {
        /// Epochs done.
        epochs: usize,
        /// Seconds it took.
        seconds: f64,
        /// Whether it was stopped before its last epoch.
        stopped: bool,
    },
}

/// Where a model's training images come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct DataCard {
    /// Name of the data set.
    pub dataset: String,
    /// How it was split, for example "leave-one-out, pooled 80/20".
    pub protocol: String,
    /// Classes that count as anomalies.
    pub anomalous_classes: Vec<String>,
    /// Normal images that the networks were trained on.
    pub normal_images: usize,
    /// What tells these images, in this order, from any others; empty if that was not noted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// Terms under which the data may be used.
    pub terms: String,
    /// What is to be said beside the model's figures, such as that the data are not the original ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl DataCard {
    /// Whether this card, which may be of an earlier version, tells of the same images as another.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let mut known = self.clone();
        if known.fingerprint.is_empty() {
            known.fingerprint.clone_from(&other.fingerprint);
        }
        known == *other
    }
}

/// What a weights file holds: how the model was made and what it reaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ModelCard {
    /// A name for people.
    pub name: String,
    /// The method.
    pub method: Method,
    /// Shape of the networks.
    pub model: ModelConfig,
    /// Settings of the training run.
    pub training: TrainingConfig,
    /// What it scores images by.
    #[serde(default, skip_serializing_if = "ScoreForm::is_paper")]
    pub score: ScoreForm,
    /// Which part of an image it looks at.
    #[serde(default, skip_serializing_if = "Framing::is_whole")]
    pub framing: Framing,
    /// Where the training images come from.
    pub data: DataCard,
    /// Epochs trained.
    pub epochs_trained: usize,
    /// Test-set figures of the last epoch, if it was evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// Name of the model that the run started from, if it was not random weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_tuned_from: Option<String>,
    /// Program and version that wrote it.
    pub software: String,
}
