//! Cards: how a model was made, on which data, and what it reaches. Every weights file carries one.

use crate::SOFTWARE;
use crate::config::{ConfigError, ModelConfig, TrainingConfig};
use crate::data::{Protocol, SplitKind, Stream, seeded};
use crate::framing::Framing;
use crate::image::{DecodeError, Framed, ValueRange, decode_framed};
use crate::methods::{MethodId, MethodSettings, Networks};
use crate::metrics::Metrics;
use crate::networks::init::Init;
use crate::normality::ScoreForm;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use std::fmt;
use tsify::Tsify;

mod earlier;

pub use earlier::{any_version, upgrade};

/// Where a model's training images come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct DataCard {
    /// Name of the data set.
    pub dataset: String,
    /// Which classes of a labelled data set are normal; nothing for images that are all normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(type = "\"leave-one-out\" | \"one-class\"")]
    pub protocol: Option<Protocol>,
    /// Which images of a labelled data set train and which test.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(type = "\"pooled\" | \"official\"")]
    pub split: Option<SplitKind>,
    /// Classes that count as anomalies.
    pub anomalous_classes: Vec<String>,
    /// Normal images that the networks were trained on.
    pub normal_images: usize,
    /// Normal images that said which epoch to keep.
    pub validation_images: usize,
    /// Normal images set aside for the threshold.
    pub calibration_images: usize,
    /// Whether fewer images were used than there are, for a trial.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
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

    /// How the images were used, in a sentence without a full stop.
    pub fn protocol_in_words(&self) -> String {
        let mut words = match (self.protocol, self.split) {
            (Some(protocol), Some(split)) => format!("{protocol}, {split}"),
            (Some(protocol), None) => protocol.to_string(),
            (None, _) => "normal images only".to_owned(),
        };
        if self.validation_images > 0 {
            words += &format!(", {} for validation", self.validation_images);
        }
        words += &format!(
            ", {} training images set aside for calibration",
            self.calibration_images
        );
        if self.limited {
            words += ", limited for a trial";
        }
        words
    }
}

/// What a weights file holds: how the model was made and what it reaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(hashmap_as_object)]
pub struct ModelCard {
    /// A name for people.
    pub name: String,
    /// The method's name, see [`Definition::id`](crate::methods::Definition::id).
    #[tsify(type = "string")]
    pub method: MethodId,
    /// Shape of the networks.
    pub model: ModelConfig,
    /// Settings of the training run that every method has.
    pub training: TrainingConfig,
    /// The method's own settings, all of them.
    pub settings: MethodSettings,
    /// What it scores images by.
    #[serde(default, skip_serializing_if = "ScoreForm::is_paper")]
    pub score: ScoreForm,
    /// Which part of an image it looks at.
    #[serde(default, skip_serializing_if = "Framing::is_whole")]
    pub framing: Framing,
    /// Which values of images with more than 8 bits a value are black and white to it; None if no such image was among
    /// the normal ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_range: Option<ValueRange>,
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

impl ModelCard {
    /// The card of a model that is to be trained: by this method with its default settings, on the whole images, with the
    /// paper's score.
    pub fn new(method: MethodId, model: ModelConfig, training: TrainingConfig, data: DataCard) -> Self {
        Self {
            name: data.dataset.clone(),
            settings: method.default_settings(),
            method,
            model,
            training,
            score: ScoreForm::Paper,
            framing: Framing::default(),
            value_range: None,
            data,
            epochs_trained: 0,
            metrics: None,
            fine_tuned_from: None,
            software: SOFTWARE.to_owned(),
        }
    }

    /// What the networks are made of. Weights fit into all networks that are made of the same.
    pub fn shape(&self) -> (MethodId, &ModelConfig) {
        (self.method, &self.model)
    }

    /// An image file as the model sees it.
    ///
    /// # Errors
    /// The file is empty, not an image, too large or damaged.
    pub fn look_at(&self, file: &[u8]) -> Result<Framed, DecodeError> {
        let mut framed = decode_framed(file, self.model.channels, self.model.size, &self.framing)?;
        framed.spread(self.value_range);
        Ok(framed)
    }

    /// Networks with random weights that depend on the seed alone, not on the device.
    ///
    /// # Errors
    /// The shape or the settings are not possible.
    pub fn random_networks(&self, device: &Device) -> Result<Networks, ConfigError> {
        let mut rng = seeded(self.training.seed, Stream::Weights);
        let rng = Some(&mut rng);
        self.method
            .build(&self.model, &self.settings, &mut Init { device, rng })
    }

    /// Networks without meaningful weights, to load some into. They take memory only when they are first used.
    ///
    /// # Errors
    /// The shape or the settings are not possible.
    pub fn blank_networks(&self, device: &Device) -> Result<Networks, ConfigError> {
        let mut init = Init { device, rng: None };
        self.method.build(&self.model, &self.settings, &mut init)
    }
}

/// What the networks take and how large they are.
impl fmt::Display for ModelConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, channels) = (self.size, self.channels);
        let (nz, nf) = (self.latent_size, self.features);
        write!(
            formatter,
            "{size}x{size} pixels, {channels} channel(s), nz {nz}, nf {nf}"
        )
    }
}
