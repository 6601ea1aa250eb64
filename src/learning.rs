//! From a few normal images to a calibrated detector, with settings that need no tuning: what a person needs who has
//! images of one kind, no anomalies, no labels, and a minute.
//!
//! The images are split by themselves into those that the networks learn from, those that say when to stop and which
//! epoch to keep (validation), and those that nothing has seen when the thresholds are taken from them (calibration).

use crate::config::{Augmentation, ConfigError, Method, ModelConfig, TrainingConfig};
use crate::conformal::strictest_rate;
use crate::data::{FramedImages, Stream, shuffled};
use crate::device::{Compute, failure};
use crate::event::{DataCard, ModelCard};
use crate::framing::Framing;
use crate::normality::{LARGEST_BANK, ScoreForm};
use crate::score::Detector;
use crate::trainer::{Observer, TrainError, Trainer};
use crate::weights::Weights;
use burn::tensor::ExecutionError;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tsify::Tsify;

/// Longest text in a project file, in bytes: 100,000 images need about 25 MiB, and in memory it takes many times as much.
pub const LARGEST_PROJECT_TEXT: u64 = 64 << 20;

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
const LATENT_SIZE: usize = 32;

/// What to make a detector of, as far as the user says. What is left out follows from the number of images.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// A name for people.
    pub name: String,
    /// Side of the images, or of their tiles, as the networks see them: a multiple of 16, 16 to 256; 32 if not given. Of
    /// a model that is fine-tuned it is that model's.
    #[tsify(optional)]
    pub size: Option<usize>,
    /// 1 (grey) or 3 (colour); grey if not given. Of a model that is fine-tuned it is that model's.
    #[tsify(optional)]
    pub channels: Option<usize>,
    /// Which part of the images is looked at.
    #[tsify(optional)]
    pub framing: Framing,
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
    /// Nothing sees these before the thresholds are taken from them.
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

/// Why no detector can be made.
#[derive(Debug, Error)]
pub enum LearnError {
    /// Too few images.
    #[error(
        "{0} normal image(s) are not enough: bring at least {FEWEST_IMAGES}; with about 100, at most 5 % false alarms \
         can be promised"
    )]
    NotEnough(usize),
    /// Stopped too early.
    #[error("stopped before the first epoch was done: nothing has been learnt, and everything is as it was")]
    NothingLearnt,
    /// The checkpoint is no use.
    #[error("the run that broke off was on other images or with other settings ({0}): it cannot go on; start anew")]
    OtherRun(&'static str),
    /// Impossible settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The training failed.
    #[error(transparent)]
    Training(#[from] TrainError),
    /// The device failed.
    #[error("{}", failure(.0))]
    Device(#[from] ExecutionError),
}

/// What a run begins with.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// Random weights.
    Nothing,
    /// The weights of a model.
    From(&'a Weights),
    /// The checkpoint of a run on the same images with the same request that broke off.
    Resume(&'a Weights),
}

impl<'a> Start<'a> {
    /// The model whose shape and settings the run takes over.
    pub fn card(self) -> Option<&'a ModelCard> {
        match self {
            Self::Nothing => None,
            Self::From(weights) | Self::Resume(weights) => Some(&weights.card),
        }
    }
}

/// A detector, and what became of the images.
#[derive(Debug)]
pub struct Learnt {
    /// The detector, calibrated.
    pub detector: Detector,
    /// Of each frame that it remembers, the place of its image among all: where nearest normal images are found.
    pub known: Vec<usize>,
    /// How many images had which role.
    pub shares: Shares,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
}

impl Shares {
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
}

impl Recipe {
    /// What would be done with so many images, looked at in so many frames in all, from random weights or from those of a
    /// model.
    ///
    /// # Errors
    /// The images are too few, or the request is impossible.
    pub fn new([images, frames]: [usize; 2], request: &Request, base: Option<&ModelCard>) -> Result<Self, LearnError> {
        let shares = Shares::of(images)?;
        let model = base.map_or_else(
            || ModelConfig {
                size: request.size.unwrap_or(32),
                channels: request.channels.unwrap_or(1),
                features: FEATURES,
                latent_size: LATENT_SIZE,
            },
            |base| base.model.clone(),
        );
        let batch_size = request.batch_size.unwrap_or(BATCH_SIZE);
        let training_frames = (frames as f64 * shares.training as f64 / images as f64) as usize;
        let settings = base.map_or_else(TrainingConfig::default, |base| base.training.clone());
        let training = TrainingConfig {
            epochs: request.epochs.unwrap_or(EPOCHS),
            steps_per_epoch: (training_frames / batch_size.max(1)).clamp(FEWEST_STEPS, MOST_STEPS),
            patience: PATIENCE,
            batch_size,
            learning_rate: request.learning_rate.unwrap_or(match base {
                None => LEARNING_RATE,
                Some(_) => FINE_TUNING_RATE,
            }),
            constant_share: CONSTANT_SHARE,
            augmentation: request.augmentation.unwrap_or(Augmentation::FlipsAndShifts),
            seed: request.seed,
            ..settings
        };
        model.validate()?;
        training.validate()?;
        request.framing.validate()?;
        Ok(Self {
            strictest_rate: strictest_rate(shares.calibration),
            sample: order(images, request.seed)
                .into_iter()
                .take(shares.training.min(SAMPLE))
                .collect(),
            shares,
            model,
            training,
        })
    }

    /// The card of a detector made by this recipe.
    fn card(&self, request: &Request, base: Option<&ModelCard>) -> ModelCard {
        let Shares {
            training,
            validation,
            calibration,
        } = self.shares;
        ModelCard {
            name: request.name.clone(),
            method: base.map_or(Method::Ganomaly, |base| base.method),
            model: self.model.clone(),
            training: self.training.clone(),
            score: ScoreForm::NearestNormalFeatures,
            framing: request.framing,
            data: DataCard {
                dataset: "images of the user".to_owned(),
                protocol: format!(
                    "normal images only: {training} to learn from, {validation} for validation, {calibration} for \
                     calibration"
                ),
                normal_images: training,
                ..DataCard::default()
            },
            epochs_trained: 0,
            metrics: None,
            fine_tuned_from: base.map(|base| base.name.clone()),
            software: concat!("ganomaly ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// The order in which the images get their roles: first those to learn from, then validation, then calibration.
fn order(images: usize, seed: u64) -> Vec<usize> {
    shuffled(images, seed, Stream::Split)
}

/// Makes a detector of normal images.
///
/// # Errors
/// Too few images, an impossible request, a checkpoint of another run, stopped before anything was learnt, or the training
/// or the device failed.
pub async fn learn(
    normals: &FramedImages,
    request: &Request,
    start: Start<'_>,
    compute: &Compute,
    observer: &mut impl Observer,
) -> Result<Learnt, LearnError> {
    let recipe = Recipe::new([normals.len(), normals.frames.len()], request, start.card())?;
    let card = recipe.card(request, start.card());
    let order = order(normals.len(), request.seed);
    let (training, others) = order.split_at(recipe.shares.training);
    let (validation, calibration) = others.split_at(recipe.shares.validation);

    let mut trainer = match start {
        Start::Nothing => Trainer::new(card, compute)?,
        Start::From(base) => Trainer::fine_tune(card, base, compute)?,
        Start::Resume(checkpoint) => {
            must_agree(&checkpoint.card, &card)?;
            Trainer::resume(checkpoint, compute)?
        }
    };
    let [known, watched, held_out] = [training, validation, calibration].map(|images| normals.select(images));
    trainer.watch(watched.frames.clone());
    let stopped = trainer.run(&known.frames, observer).await?;
    let mut detector = trainer.detector();
    if detector.card.epochs_trained == 0 && matches!(start, Start::Nothing) {
        return Err(LearnError::NothingLearnt);
    }
    let remembered = spread(known.frames.len(), LARGEST_BANK);
    let bank = FramedImages::from(known.frames.select(&remembered));
    let owners = training
        .iter()
        .flat_map(|&image| normals.frames_of(image).map(move |_| image));
    let owners: Vec<usize> = owners.collect();
    let form = trainer.card().score;
    detector.calibrate(form, &bank, &watched, &held_out).await?;
    Ok(Learnt {
        detector,
        known: remembered.into_iter().map(|frame| owners[frame]).collect(),
        shares: recipe.shares,
        stopped,
    })
}

/// A run may only go on as it began: with the same roles of the same number of images, or images that were learnt from
/// would set the thresholds.
fn must_agree(checkpoint: &ModelCard, card: &ModelCard) -> Result<(), LearnError> {
    let same_images = checkpoint.data == card.data;
    for (same, what) in [
        (same_images, "their number, or how they are split"),
        (checkpoint.framing == card.framing, "the region or the tiles"),
        (checkpoint.training.seed == card.training.seed, "the seed"),
    ] {
        if !same {
            return Err(LearnError::OtherRun(what));
        }
    }
    Ok(())
}

/// At most so many places of a list, from all over it.
fn spread(count: usize, most: usize) -> Vec<usize> {
    let chosen = count.min(most);
    (0..chosen).map(|place| place * count / chosen).collect()
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
