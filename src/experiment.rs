//! A training run to be watched step by step: small networks, a few images, and between any two steps a look at what they
//! can do by now.

use crate::card::{DataCard, ModelCard};
use crate::config::{ConfigError, ModelConfig, TrainingConfig};
use crate::data::{FramedImages, Images, spread_alike};
use crate::device::Compute;
use crate::image::{Picture, difference_picture, picture};
use crate::methods::{Losses, MethodId, MethodSettings};
use crate::score::Detector;
use crate::trainer::{TrainError, Trainer};
use burn::tensor::ExecutionError;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Images of each kind whose reconstructions are shown.
const SHOWN: usize = 8;

/// Settings of an experiment. What is left out is as in the papers, but for networks and batches that are small enough to
/// watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct ExperimentSettings {
    /// Which method is trained.
    #[tsify(optional, type = "string")]
    pub method: MethodId,
    /// Side of the images, 16 or a multiple of it.
    #[tsify(optional)]
    pub size: usize,
    /// Colour channels, 1 or 3.
    #[tsify(optional)]
    pub channels: usize,
    /// nz.
    #[tsify(optional)]
    pub latent_size: usize,
    /// nf.
    #[tsify(optional)]
    pub features: usize,
    /// Images a step.
    #[tsify(optional)]
    pub batch_size: usize,
    /// Adam's learning rate.
    #[tsify(optional)]
    pub learning_rate: f64,
    /// Those of the method's own settings that are not to have their defaults. An adversarial weight of 0 is training
    /// without feature matching.
    #[tsify(optional)]
    pub settings: MethodSettings,
    /// Decides the first weights and the order of the images.
    #[tsify(optional)]
    pub seed: u64,
}

impl Default for ExperimentSettings {
    fn default() -> Self {
        Self {
            method: MethodId::default(),
            size: 32,
            channels: 1,
            latent_size: 32,
            features: 8,
            batch_size: 16,
            learning_rate: 2e-3,
            settings: MethodSettings::default(),
            seed: 0,
        }
    }
}

impl ExperimentSettings {
    /// The networks.
    ///
    /// # Errors
    /// They cannot be built.
    pub fn model(&self) -> Result<ModelConfig, ConfigError> {
        let model = ModelConfig {
            size: self.size,
            channels: self.channels,
            latent_size: self.latent_size,
            features: self.features,
        };
        model.validate()?;
        Ok(model)
    }
}

/// The images of an experiment.
#[derive(Debug, Clone, Default)]
pub struct ExperimentImages {
    /// Normal images to train on.
    pub training: Images,
    /// Normal images that are only looked at.
    pub normal: Images,
    /// Anomalies, only looked at.
    pub anomalous: Images,
}

/// An image as the networks rebuild it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
pub struct Rebuilt {
    /// x'.
    pub reconstruction: Picture,
    /// |x - x'|, whose mean is the contextual loss; see [`difference_picture`].
    pub difference: Picture,
}

/// What the networks can do at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    /// Steps done.
    pub step: usize,
    /// Scores of the normal images.
    pub normal: Vec<f32>,
    /// Scores of the anomalies.
    pub anomalous: Vec<f32>,
    /// What becomes of the first normal images.
    pub normal_pictures: Vec<Rebuilt>,
    /// What becomes of the first anomalies.
    pub anomalous_pictures: Vec<Rebuilt>,
}

/// A run that goes on for as long as somebody asks for another step.
#[derive(Debug)]
pub struct Experiment {
    trainer: Trainer,
    images: ExperimentImages,
    steps: usize,
}

impl Experiment {
    /// Networks with random weights.
    ///
    /// # Errors
    /// Impossible settings.
    pub fn new(
        settings: &ExperimentSettings,
        mut images: ExperimentImages,
        compute: &Compute,
    ) -> Result<Self, TrainError> {
        let (method, model) = (settings.method, settings.model()?);
        let training = TrainingConfig {
            batch_size: settings.batch_size,
            learning_rate: settings.learning_rate,
            seed: settings.seed,
            ..TrainingConfig::default()
        };
        let data = DataCard {
            dataset: "experiment".to_owned(),
            normal_images: images.training.len(),
            ..DataCard::default()
        };
        let all = [&mut images.training, &mut images.normal, &mut images.anomalous];
        let value_range = spread_alike(None, all);
        let wanted = method.default_settings().with(&settings.settings);
        let card = ModelCard {
            settings: method.checked(&model, &wanted)?,
            value_range,
            ..ModelCard::new(method, model, training, data)
        };
        Ok(Self {
            trainer: Trainer::new(card, compute)?,
            images,
            steps: 0,
        })
    }

    /// What is being trained.
    pub fn card(&self) -> &ModelCard {
        self.trainer.card()
    }

    /// Trains for so many steps; the losses of each.
    ///
    /// # Errors
    /// Too few images, the training diverged, or the device failed.
    pub async fn step(&mut self, count: usize) -> Result<Vec<Losses>, TrainError> {
        let mut losses = Vec::with_capacity(count);
        for _ in 0..count {
            losses.push(self.trainer.step(&self.images.training).await?);
            self.steps += 1;
        }
        Ok(losses)
    }

    /// Changes settings of the method from the next step on, see [`Trainer::set`].
    ///
    /// # Errors
    /// Impossible settings; the run goes on with those before.
    pub fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError> {
        self.trainer.set(settings)
    }

    /// What the networks can do now, with their running statistics, as when they are used.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look(&self) -> Result<Look, ExecutionError> {
        let detector = self.trainer.now();
        let (normal, normal_pictures) = look_at(&detector, &self.images.normal).await?;
        let (anomalous, anomalous_pictures) = look_at(&detector, &self.images.anomalous).await?;
        Ok(Look {
            step: self.steps,
            normal,
            anomalous,
            normal_pictures,
            anomalous_pictures,
        })
    }

    /// The model as it is now, with thresholds from the normal images that it was not trained on.
    ///
    /// # Errors
    /// The device failed.
    pub async fn detector(&self) -> Result<Detector, ExecutionError> {
        let mut detector = self.trainer.now();
        let images = [&self.images.training, &self.images.normal];
        let [known, held_out] = images.map(|images| FramedImages::from(images.clone()));
        let (form, nothing) = (detector.card.score, FramedImages::default());
        detector.calibrate(form, &known, &nothing, &held_out).await?;
        Ok(detector)
    }
}

async fn look_at(detector: &Detector, images: &Images) -> Result<(Vec<f32>, Vec<Rebuilt>), ExecutionError> {
    let scored = detector.score_images(&FramedImages::from(images.clone())).await?;
    let (channels, size) = (images.channels, images.size);
    let shown = scored.iter().take(SHOWN).enumerate();
    let pictures = shown.filter_map(|(index, scored)| {
        let reconstruction = scored.reconstruction.as_deref()?;
        Some(Rebuilt {
            reconstruction: picture(reconstruction, channels, size),
            difference: difference_picture(&images.bytes(index), reconstruction, channels, size),
        })
    });
    let pictures = pictures.collect();
    Ok((scored.into_iter().map(|scored| scored.score).collect(), pictures))
}
