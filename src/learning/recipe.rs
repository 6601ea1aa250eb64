//! What to do with so many normal images: settings that need no tuning.

use super::{LearnError, OWN_IMAGES};
use crate::card::{DataCard, ModelCard};
use crate::config::{Augmentation, ModelConfig, TrainingConfig};
use crate::conformal::strictest_rate;
use crate::data::{Stream, shuffled};
use crate::framing::Framing;
use crate::image::ValueRange;
use crate::methods::MethodId;
use crate::normality::ScoreForm;
use serde::{Deserialize, Serialize};
use std::fmt;
use tsify::Tsify;

/// Fewest normal images that a detector can be made of.
pub const FEWEST_IMAGES: usize = 10;

/// Most images for the thresholds, as a share of all and in number: more would not make the promise noticeably better.
const CALIBRATION_SHARE: f64 = 0.4;
const MOST_CALIBRATION: usize = 499;

/// With 19, 39, 59, ... images, exactly 5 % of false alarms are promised; those between would be wasted.
const CALIBRATION_STEP: usize = 20;

/// Share of the images for the choice of the epoch, and the most of them.
const VALIDATION_SHARE: f64 = 0.1;
const MOST_VALIDATION: usize = 100;

/// Epochs at most; the validation images usually end a run before.
const EPOCHS: usize = 20;

/// Epochs without progress after which a run ends.
const PATIENCE: usize = 8;

/// Share of the steps after which the learning rate falls.
const CONSTANT_SHARE: f64 = 0.5;

/// Steps of an epoch: few images are passed over several times, of very many frames each epoch sees others.
const FEWEST_STEPS: usize = 12;
const MOST_STEPS: usize = 100;

const BATCH_SIZE: usize = 16;
/// From nothing, a few hundred steps have to do; a model that has learnt is to keep most of what it knows.
const LEARNING_RATE: f64 = 2e-3;
const FINE_TUNING_RATE: f64 = LEARNING_RATE / 10.0;
/// Images that may be looked at before the training.
const SAMPLE: usize = 16;
const FEATURES: usize = 16;
/// Channels of the images as the networks see them, if nothing is said.
pub const CHANNELS: usize = 1;
const LATENT_SIZE: usize = 32;

/// What to make a detector of, as far as the user says. What is left out follows from the number of images.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// A name for people.
    pub name: String,
    /// The method's name; GANomaly if not given. Of a model that is fine-tuned it is that model's.
    #[tsify(optional, type = "string")]
    pub method: Option<MethodId>,
    /// Side of the images, or of their tiles, as the networks see them: a multiple of 16, 16 to 256; as the method likes
    /// it if not given. Of a model that is fine-tuned it is that model's.
    #[tsify(optional)]
    pub size: Option<usize>,
    /// 1 (grey) or 3 (colour); grey if not given. Of a model that is fine-tuned it is that model's.
    #[tsify(optional)]
    pub channels: Option<usize>,
    /// Which part of the images is looked at.
    #[tsify(optional)]
    pub framing: Framing,
    /// Which values of images with more than 8 bits a value are black and white; if not given, it is learnt from those
    /// that are trained on.
    #[tsify(optional)]
    pub value_range: Option<ValueRange>,
    /// Decides the roles of the images, the first weights and the order of training.
    #[tsify(optional)]
    pub seed: u64,
    /// Epochs at most.
    #[tsify(optional)]
    pub epochs: Option<usize>,
    /// Frames a step.
    #[tsify(optional)]
    pub batch_size: Option<usize>,
    /// Adam's learning rate.
    #[tsify(optional)]
    pub learning_rate: Option<f64>,
    /// How the images are varied; flips and shifts if not given. Where a mirrored image is an anomaly, it must be none.
    #[tsify(optional)]
    pub augmentation: Option<Augmentation>,
}

/// How many images have which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Shares {
    /// The networks learn from these.
    pub training: usize,
    /// These say which epoch is kept.
    pub validation: usize,
    /// Nothing sees these before the thresholds are taken from them; with a method that leaves out, these are all images,
    /// each scored as if it were unknown.
    pub calibration: usize,
}

/// What would be done with so many images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// How the images are split.
    pub shares: Shares,
    /// Smallest rate of false alarms, 0 to 1, that the calibration images can promise.
    pub strictest_rate: f64,
    /// A few of the images that the networks learn from: whatever is decided by looking at images, for example where to
    /// start, must be decided by these, or the calibration images would be known before.
    pub sample: Vec<usize>,
    /// The networks.
    pub model: ModelConfig,
    /// Settings of the run.
    pub training: TrainingConfig,
}

/// How many images do what.
impl fmt::Display for Shares {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (training, validation, calibration) = (self.training, self.validation, self.calibration);
        match validation {
            0 => write!(
                formatter,
                "each learnt from, and scored for the limits as if it were unknown"
            ),
            _ => write!(
                formatter,
                "{training} to learn from, {validation} for validation, {calibration} for calibration"
            ),
        }
    }
}

impl Request {
    /// The method, from random weights or from those of a model.
    fn method(&self, base: Option<&ModelCard>) -> MethodId {
        let of_base = base.map(|base| base.method);
        of_base.or(self.method).unwrap_or_default()
    }
}

impl Shares {
    /// All of so many images in both roles, for a method that tells what each would score if it were unknown.
    ///
    /// # Errors
    /// They are too few.
    pub fn of_all(images: usize) -> Result<Self, LearnError> {
        Self::of(images)?;
        Ok(Self {
            training: images,
            validation: 0,
            calibration: images,
        })
    }

    /// Splits so many images.
    ///
    /// # Errors
    /// They are too few.
    pub fn of(images: usize) -> Result<Self, LearnError> {
        if images < FEWEST_IMAGES {
            return Err(LearnError::NotEnough(images));
        }
        let share = |share: f64, most: usize| ((images as f64 * share) as usize).clamp(1, most);
        let validation = share(VALIDATION_SHARE, MOST_VALIDATION);
        let calibration = share(CALIBRATION_SHARE, MOST_CALIBRATION);
        let calibration = match (calibration + 1) / CALIBRATION_STEP {
            0 => calibration,
            steps => steps * CALIBRATION_STEP - 1,
        };
        Ok(Self {
            training: images - calibration - validation,
            validation,
            calibration,
        })
    }

    /// The card of images with these roles.
    pub(super) fn data_card(&self) -> DataCard {
        DataCard {
            dataset: OWN_IMAGES.to_owned(),
            normal_images: self.training,
            validation_images: self.validation,
            calibration_images: self.calibration,
            ..DataCard::default()
        }
    }
}

impl Recipe {
    /// What would be done with so many images, looked at in so many frames in all, from random weights or from those of a
    /// model.
    ///
    /// # Errors
    /// The images are too few, or the request is impossible.
    pub fn new([images, frames]: [usize; 2], request: &Request, base: Option<&ModelCard>) -> Result<Self, LearnError> {
        let method = request.method(base);
        let shares = match method.leaves_out {
            true => Shares::of_all(images)?,
            false => Shares::of(images)?,
        };
        let blank = ModelConfig {
            size: request.size.unwrap_or(method.size),
            channels: request.channels.unwrap_or(CHANNELS),
            features: FEATURES,
            latent_size: LATENT_SIZE,
        };
        let (model, settings, learning_rate) = match base {
            None => (blank, TrainingConfig::default(), LEARNING_RATE),
            Some(base) => (base.model.clone(), base.training.clone(), FINE_TUNING_RATE),
        };
        let batch_size = request.batch_size.unwrap_or(BATCH_SIZE);
        let training_frames = (frames as f64 * shares.training as f64 / images as f64) as usize;
        let training = TrainingConfig {
            epochs: request.epochs.unwrap_or(EPOCHS),
            steps_per_epoch: (training_frames / batch_size.max(1)).clamp(FEWEST_STEPS, MOST_STEPS),
            patience: PATIENCE,
            batch_size,
            learning_rate: request.learning_rate.unwrap_or(learning_rate),
            constant_share: CONSTANT_SHARE,
            augmentation: request.augmentation.unwrap_or(Augmentation::FlipsAndShifts),
            seed: request.seed,
            ..settings
        };
        model.validate()?;
        training.validate()?;
        request.framing.validate()?;
        request.value_range.map_or(Ok(()), |range| range.validate())?;
        let mut sample = order(images, request.seed);
        sample.truncate(shares.training.min(SAMPLE));
        Ok(Self {
            strictest_rate: strictest_rate(shares.calibration),
            sample,
            shares,
            model,
            training,
        })
    }

    /// The card of a detector made by this recipe, of images with this range.
    pub(super) fn card(
        &self,
        request: &Request,
        value_range: Option<ValueRange>,
        base: Option<&ModelCard>,
    ) -> ModelCard {
        let method = request.method(base);
        let (model, training) = (self.model.clone(), self.training.clone());
        let plain = ModelCard::new(method, model, training, self.shares.data_card());
        ModelCard {
            name: request.name.clone(),
            settings: base.map_or_else(|| plain.settings.clone(), |base| base.settings.clone()),
            score: ScoreForm::richest(method),
            framing: request.framing,
            value_range,
            fine_tuned_from: base.map(|base| base.name.clone()),
            ..plain
        }
    }
}

/// The order in which the images get their roles: first those to learn from, then validation, then calibration.
pub(super) fn order(images: usize, seed: u64) -> Vec<usize> {
    shuffled(images, seed, Stream::Split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_has_one_role() {
        assert!(Shares::of(FEWEST_IMAGES - 1).is_err());
        for images in [10, 20, 100, 1000, 10_000] {
            let shares = Shares::of(images).unwrap();
            assert_eq!(shares.training + shares.validation + shares.calibration, images);
            assert!(shares.training >= images / 2 && shares.validation > 0, "{shares:?}");
        }
        let promised = |images| strictest_rate(Shares::of(images).unwrap().calibration);
        assert!(promised(100) <= 0.05 && promised(500) <= 0.01);
    }
}
