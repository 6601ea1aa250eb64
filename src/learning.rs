//! From normal images to a calibrated detector: the one policy for the command line, the demo and the inspector.
//!
//! Of the images some are held back: those that say when to stop and which epoch to keep (validation), and those that
//! nothing has seen when the thresholds are taken from them (calibration). How many, and with which settings the networks
//! learn from the others, is either said or follows from the number of images by a [`Recipe`], for a person who has images
//! of one kind, no anomalies, no labels, and a minute.

use crate::card::ModelCard;
use crate::config::{ConfigError, TrainingConfig};
use crate::data::{FramedImages, Images, Stream, shuffled, spread_alike};
use crate::device::{Compute, failure};
use crate::normality::LARGEST_BANK;
use crate::score::Detector;
use crate::trainer::{Observer, TrainError, Trainer};
use crate::weights::{FrontEnd, Weights};
use burn::tensor::ExecutionError;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tsify::Tsify;

/// Longest text in a project file, in bytes: 100,000 images need about 25 MiB, and in memory it takes many times as much.
pub const LARGEST_PROJECT_TEXT: u64 = 64 << 20;

mod recipe;
mod sight;
mod suited;

pub use recipe::{CHANNELS, FEWEST_IMAGES, Recipe, Request, Shares};
pub use sight::{Seen, Sight, Trial};
pub use suited::Suited;

/// What cards call a data set that a visitor or user brought.
pub const OWN_IMAGES: &str = "images of the user";

/// One image in so many is held back when a model is tuned with settings of the user's.
const HELD_BACK: usize = 5;

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
    /// Random weights, behind a front end if the method sees images through one.
    FrontEnd(&'a FrontEnd),
    /// The weights of a model.
    From(&'a Weights),
    /// The checkpoint of a run on the same images with the same request that broke off.
    Resume(&'a Weights),
}

impl<'a> Start<'a> {
    /// The model whose shape and settings the run takes over.
    pub fn card(self) -> Option<&'a ModelCard> {
        match self {
            Self::Nothing | Self::FrontEnd(_) => None,
            Self::From(weights) | Self::Resume(weights) => Some(&weights.card),
        }
    }

    /// The run that learns with the settings of `card`.
    ///
    /// # Errors
    /// Impossible settings, or weights of other networks.
    pub fn trainer(self, card: ModelCard, compute: &Compute) -> Result<Trainer, TrainError> {
        match self {
            Self::Nothing if card.method.front_end => Err(TrainError::NoFrontEnd(card.method)),
            Self::Nothing => Trainer::new(card, compute),
            Self::FrontEnd(front_end) => Ok(Trainer::new(card, compute)?.with_front_end(front_end)),
            Self::From(base) => Trainer::fine_tune(card, base, compute),
            Self::Resume(checkpoint) => Trainer::resume(checkpoint, compute),
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
    /// What the detector sees of defects that were drawn into normal images.
    pub sight: Sight,
}

/// Makes a detector of normal images by the recipe for so many.
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
    let order = recipe::order(normals.len(), request.seed);
    let (training, others) = order.split_at(recipe.shares.training);
    let (validation, calibration) = others.split_at(recipe.shares.validation);
    let [mut known, mut watched, mut held_out] =
        [training, validation, calibration].map(|images| normals.select(images));
    let frames = [&mut known.frames, &mut watched.frames, &mut held_out.frames];
    let value_range = spread_alike(request.value_range, frames);
    let card = recipe.card(request, value_range, start.card());

    if let Start::Resume(checkpoint) = start {
        must_agree(&checkpoint.card, &card)?;
    }
    let mut trainer = start.trainer(card, compute)?;
    trainer.watch(watched.frames.clone());
    let owners = |image: usize| known.frames_of(image).map(move |_| image);
    let owners: Vec<usize> = (0..known.len()).flat_map(owners).collect();
    trainer.group(owners.clone());
    let leaves_out = trainer.card().method.leaves_out;
    if leaves_out {
        trainer.invite(sight::draw(&known, request.seed));
    }
    let stopped = trainer.run(&known.frames, observer).await?;
    let mut detector = trainer.detector();
    // A model that is gone on from has learnt before, but a method that leaves out has no scores of these images yet.
    let is_new = matches!(start, Start::Nothing | Start::FrontEnd(_));
    if detector.card.epochs_trained == 0 && (is_new || leaves_out) {
        return Err(LearnError::NothingLearnt);
    }
    let remembered = spread(known.frames.len(), LARGEST_BANK);
    let sight = if leaves_out {
        let (clean, drawn) = trainer.left_out().split_at(known.frames.len());
        detector.calibrate_by(known.highest(clean));
        Sight::of(&known, clean, drawn)
    } else {
        let bank = FramedImages::from(known.frames.select(&remembered));
        let form = trainer.card().score;
        detector.calibrate(form, &bank, &watched, &held_out).await?;
        Sight::by(&detector, &held_out, request.seed).await?
    };
    Ok(Learnt {
        detector,
        known: remembered.into_iter().map(|frame| training[owners[frame]]).collect(),
        shares: recipe.shares,
        stopped,
        sight,
    })
}

/// A run may only go on as it began: with the same roles of the same number of images, or images that were learnt from
/// would set the thresholds.
fn must_agree(checkpoint: &ModelCard, card: &ModelCard) -> Result<(), LearnError> {
    let other = if checkpoint.data != card.data {
        "their number, or how they are split"
    } else if checkpoint.framing != card.framing {
        "the region or the tiles"
    } else if checkpoint.value_range != card.value_range {
        "the values that are black and white"
    } else if checkpoint.training.seed != card.training.seed {
        "the seed"
    } else {
        return Ok(());
    };
    Err(LearnError::OtherRun(other))
}

/// At most so many places of a list, from all over it.
fn spread(count: usize, most: usize) -> Vec<usize> {
    let chosen = count.min(most);
    (0..chosen).map(|place| place * count / chosen).collect()
}

/// Settings of a tuning run, as its user chooses them.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TuningSettings {
    /// Passes over the images.
    pub epochs: usize,
    /// Images a step; reduced when there are fewer.
    pub batch_size: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Decides the order of the images and which are held back.
    pub seed: u64,
    /// Starts from random weights instead of the model's.
    #[serde(default)]
    #[tsify(optional)]
    pub from_scratch: bool,
}

/// Tunes a model on normal images, from its weights or from a checkpoint of the same run. One image in five is held back
/// to take the thresholds from.
///
/// # Errors
/// Too few images, impossible settings, or the training or the device failed.
pub async fn tune(
    normals: &Images,
    settings: &TuningSettings,
    base: &Weights,
    checkpoint: Option<&Weights>,
    compute: &Compute,
    observer: &mut impl Observer,
) -> Result<Learnt, LearnError> {
    let count = normals.len();
    let aside = if count < 3 { 0 } else { (count / HELD_BACK).max(1) };
    let (training, held_back) = hold_back(count, aside, settings.seed);
    let start = match checkpoint {
        Some(checkpoint) => Start::Resume(checkpoint),
        None if settings.from_scratch => Start::Nothing,
        None => Start::From(base),
    };
    let shares = Shares {
        training: training.len(),
        validation: 0,
        calibration: aside,
    };
    let [mut known, mut held_back] = [&training, &held_back].map(|images| normals.select(images));
    let own_or_base = known.value_range().or(base.card.value_range);
    let card = ModelCard {
        value_range: spread_alike(own_or_base, [&mut known, &mut held_back]),
        ..tuned_card(&base.card, settings, shares)
    };
    let mut trainer = start.trainer(card, compute)?;
    let stopped = trainer.run(&known, observer).await?;
    let mut detector = trainer.detector();
    let [known, held_back] = [known, held_back].map(FramedImages::from);
    let (form, nothing) = (trainer.card().score, FramedImages::default());
    detector.calibrate(form, &known, &nothing, &held_back).await?;
    Ok(Learnt {
        detector,
        known: training,
        shares,
        stopped,
        sight: Sight::default(),
    })
}

fn tuned_card(base: &ModelCard, settings: &TuningSettings, shares: Shares) -> ModelCard {
    let training = TrainingConfig {
        epochs: settings.epochs,
        batch_size: settings.batch_size,
        learning_rate: settings.learning_rate,
        seed: settings.seed,
        ..base.training.clone()
    };
    let (name, fine_tuned_from) = if settings.from_scratch {
        ("own".to_owned(), None)
    } else {
        (format!("{} (tuned)", base.name), Some(base.name.clone()))
    };
    ModelCard {
        name,
        settings: base.settings.clone(),
        score: base.score,
        framing: base.framing,
        fine_tuned_from,
        ..ModelCard::new(base.method, base.model.clone(), training, shares.data_card())
    }
}

/// Which images are learnt from, and which `aside` ones are held back for the thresholds.
pub fn hold_back(count: usize, aside: usize, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut held_back = shuffled(count, seed, Stream::Split);
    let training = held_back.split_off(aside.min(count));
    (training, held_back)
}
