//! What a model and a training run are made of. Plain data: nothing here computes.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;
use tsify::Tsify;

/// A method of the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// GANomaly (Akcay et al., ACCV 2018).
    #[default]
    Ganomaly,
    /// Skip-GANomaly (Akcay et al., IJCNN 2019).
    SkipGanomaly,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 2] = [Self::Ganomaly, Self::SkipGanomaly];

    /// Its name in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ganomaly => "ganomaly",
            Self::SkipGanomaly => "skip-ganomaly",
        }
    }

    /// The method with this name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.id() == id)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ganomaly => "GANomaly",
            Self::SkipGanomaly => "Skip-GANomaly",
        })
    }
}

/// Values of a 4x4 kernel.
const KERNEL_AREA: usize = 16;

/// Shape of a model: everything needed to build its networks.
///
/// The defaults are the paper's for MNIST: 32x32 grey images, `nz` = 100, `nf` = 64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ModelConfig {
    /// Height and width of the images in pixels: a multiple of 16, 16 to 256.
    pub size: usize,
    /// Colour channels of the images: 1 (grey) or 3 (RGB) for files; the networks take 1 to 16.
    pub channels: usize,
    /// Length `nz` of the latent vector z: 1 to 4096.
    pub latent_size: usize,
    /// Channels `nf` after the first convolution: 1 to 256; doubled at every halving of the image, in the U-Net at
    /// most to 8 `nf`.
    pub features: usize,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            size: 32,
            channels: 1,
            latent_size: 100,
            features: 64,
        }
    }
}

/// A configuration that cannot be built, with the value at fault.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ConfigError {
    /// Image size outside the allowed values.
    #[error("image size {0} is not possible: choose a multiple of 16 from 16 to 256")]
    Size(usize),
    /// A whole number outside its range.
    #[error("{name} is {value}: choose {low} to {high}")]
    Range {
        /// Name of the setting.
        name: &'static str,
        /// Its value.
        value: usize,
        /// Smallest value allowed.
        low: usize,
        /// Largest value allowed.
        high: usize,
    },
    /// A real number that is not finite or not in its range.
    #[error("{name} is {value}: {rule}")]
    Number {
        /// Name of the setting.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },
}

fn check_range(name: &'static str, value: usize, low: usize, high: usize) -> Result<(), ConfigError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(ConfigError::Range { name, value, low, high })
    }
}

fn check_number(name: &'static str, value: f64, valid: bool, rule: &'static str) -> Result<(), ConfigError> {
    if value.is_finite() && valid {
        Ok(())
    } else {
        Err(ConfigError::Number { name, value, rule })
    }
}

impl ModelConfig {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if !self.size.is_multiple_of(16) || !(16..=256).contains(&self.size) {
            return Err(ConfigError::Size(self.size));
        }
        check_range("the number of channels", self.channels, 1, 16)?;
        check_range("the latent size (nz)", self.latent_size, 1, 4096)?;
        check_range("the number of features (nf)", self.features, 1, 256)
    }

    /// Side of the smallest feature map, where the pyramid of an encoder ends: 4 for powers of two, as in the paper;
    /// for other multiples of 16 the first map that cannot be halved without falling under 4.
    pub fn smallest_map(&self) -> usize {
        let mut side = self.size;
        while side.is_multiple_of(2) && side / 2 >= 4 {
            side /= 2;
        }
        side
    }

    /// Trainable values of all networks of a method: what a weights file of this shape must hold, but for running
    /// statistics.
    pub fn parameters(&self, method: Method) -> usize {
        let nz = self.latent_size;
        match method {
            Method::Ganomaly => {
                // A decoder is an encoder mirrored, but normalised at its widest too and not at its narrowest.
                let decoder = self.encoder_parameters(nz) + 2 * self.features;
                2 * self.encoder_parameters(nz) + decoder + self.encoder_parameters(1)
            }
            Method::SkipGanomaly => self.unet_parameters() + self.encoder_parameters(nz) + nz,
        }
    }

    fn encoder_parameters(&self, outputs: usize) -> usize {
        let width = |level: usize| self.features << level;
        let halvings: usize = (1..=self.pyramid_levels())
            .map(|level| KERNEL_AREA * width(level - 1) * width(level) + 2 * width(level))
            .sum();
        let closing = self.smallest_map().pow(2) * width(self.pyramid_levels()) * outputs;
        KERNEL_AREA * self.channels * self.features + halvings + closing
    }

    fn unet_parameters(&self) -> usize {
        let levels = self.unet_levels();
        let image = KERNEL_AREA * self.channels * self.unet_width(0);
        let between: usize = (1..levels)
            .map(|level| {
                let (upper, lower) = (self.unet_width(level - 1), self.unet_width(level));
                let innermost = level + 1 == levels;
                let (joined, down_norm) = if innermost { (lower, 0) } else { (2 * lower, 2 * lower) };
                KERNEL_AREA * upper * (lower + joined) + down_norm + 2 * upper
            })
            .sum();
        // Down from the image, and up to it from the joined maps of the first level.
        image + between + 2 * image
    }

    /// Levels of the U-Net: halvings until the map cannot be halved, log2(size) for powers of two.
    pub fn unet_levels(&self) -> usize {
        self.size.trailing_zeros() as usize
    }

    /// Channels of the U-Net's map at a level, from 0: doubled at each, at most 8 `nf`, as in pix2pix.
    pub fn unet_width(&self, level: usize) -> usize {
        self.features << level.min(3)
    }

    /// Halvings after the first convolution of an encoder.
    pub fn pyramid_levels(&self) -> usize {
        (self.size / 2 / self.smallest_map()).ilog2() as usize
    }
}

/// How the latent vectors z and z' are compared, both in the encoder loss and in the anomaly score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum LatentDistance {
    /// Mean of squared differences over nz: the authors' code, and the default here.
    #[default]
    Squared,
    /// Mean of absolute differences over nz: the paper's L1 norm divided by nz.
    Absolute,
}

/// Weights of the three generator losses (GANomaly, Eq. 4; Skip-GANomaly, Eq. 4).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LossWeights {
    /// Of the adversarial loss, Eq. 1: feature matching in GANomaly, cross entropy in Skip-GANomaly.
    pub adversarial: f64,
    /// Of the contextual loss, Eq. 2.
    pub contextual: f64,
    /// Of the encoder loss of GANomaly, the latent loss of Skip-GANomaly, Eq. 3.
    pub encoder: f64,
}

impl Default for LossWeights {
    fn default() -> Self {
        Self {
            adversarial: 1.0,
            contextual: 50.0,
            encoder: 1.0,
        }
    }
}

/// How training images are varied each time that they are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Augmentation {
    /// Not at all, as in the papers.
    #[default]
    None,
    /// Mirrored left to right and top to bottom, each with chance 1/2, and shifted by up to a sixteenth of the side in
    /// both directions; the border is repeated. For images that have no up, down, left or right.
    FlipsAndShifts,
}

/// Settings of a training run. The defaults are the authors' code (see each field).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct TrainingConfig {
    /// Epochs: the paper has 15 for MNIST, 25 for CIFAR-10 and X-ray images.
    pub epochs: usize,
    /// Steps of an epoch, where one pass over the training images would be too few or too many; 0 is one pass.
    #[serde(skip_serializing_if = "is_zero")]
    pub steps_per_epoch: usize,
    /// Epochs without a lower validation loss after which a run with validation images ends; 0 never.
    #[serde(skip_serializing_if = "is_zero")]
    pub patience: usize,
    /// Images a step; a data set smaller than this is one batch.
    pub batch_size: usize,
    /// Adam's learning rate: the code's 2e-4; the paper says 2e-3.
    pub learning_rate: f64,
    /// Share of the run's steps, 0 to 1, after which the learning rate falls, by equal amounts, to 0 at the end; 1, as in
    /// the papers, never.
    #[serde(skip_serializing_if = "is_whole")]
    pub constant_share: f64,
    /// Adam's decay of the first moment.
    pub beta1: f64,
    /// Adam's decay of the second moment.
    pub beta2: f64,
    /// Weights of the generator's losses.
    pub loss_weights: LossWeights,
    /// Distance of latent vectors, in the loss and in the score.
    pub latent_distance: LatentDistance,
    /// Share of the reconstruction error in Skip-GANomaly's score, 0 to 1 (paper, Eq. 5: lambda); GANomaly has no use
    /// for it.
    pub score_lambda: f64,
    /// How the images are varied.
    pub augmentation: Augmentation,
    /// The discriminator starts anew when its loss falls below this; 0 never.
    pub reset_discriminator_below: f64,
    /// Seed of the initial weights and of the order of the images. At most 2^53, so that JavaScript can hold it.
    pub seed: u64,
}

fn is_whole(share: &f64) -> bool {
    *share >= 1.0
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 15,
            steps_per_epoch: 0,
            patience: 0,
            batch_size: 64,
            learning_rate: 2e-4,
            constant_share: 1.0,
            beta1: 0.5,
            beta2: 0.999,
            loss_weights: LossWeights::default(),
            latent_distance: LatentDistance::default(),
            score_lambda: 0.9,
            augmentation: Augmentation::None,
            reset_discriminator_below: 1e-5,
            seed: 0,
        }
    }
}

impl TrainingConfig {
    /// The settings of a method: those of [`Default`], but Skip-GANomaly's paper weighs the contextual loss by 40.
    pub fn of(method: Method) -> Self {
        let mut config = Self::default();
        if method == Method::SkipGanomaly {
            config.loss_weights.contextual = 40.0;
        }
        config
    }

    /// The learning rate after a share of the run's steps, 0 to 1.
    pub fn learning_rate_at(&self, done: f64) -> f64 {
        let falling = ((1.0 - done) / (1.0 - self.constant_share)).clamp(0.0, 1.0);
        self.learning_rate * if self.constant_share < 1.0 { falling } else { 1.0 }
    }

    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_range("the number of epochs", self.epochs, 1, 100_000)?;
        check_range("the number of steps in an epoch", self.steps_per_epoch, 0, 1_000_000)?;
        check_range("the batch size", self.batch_size, 2, 4096)?;
        let rate = self.learning_rate;
        check_number(
            "the learning rate",
            rate,
            rate > 0.0 && rate <= 1.0,
            "choose more than 0, at most 1",
        )?;
        let share = self.constant_share;
        check_number(
            "the constant share of the learning rate",
            share,
            (0.0..=1.0).contains(&share),
            "choose from 0 to 1",
        )?;
        for (name, beta) in [("Adam's beta1", self.beta1), ("Adam's beta2", self.beta2)] {
            check_number(name, beta, (0.0..1.0).contains(&beta), "choose from 0 to below 1")?;
        }
        let weights = self.loss_weights;
        for (name, weight) in [
            ("the adversarial weight", weights.adversarial),
            ("the contextual weight", weights.contextual),
            ("the encoder weight", weights.encoder),
        ] {
            check_number(name, weight, weight >= 0.0, "choose 0 or more")?;
        }
        let lambda = self.score_lambda;
        check_number(
            "the lambda of the score",
            lambda,
            (0.0..=1.0).contains(&lambda),
            "choose from 0 to 1",
        )?;
        let limit = self.reset_discriminator_below;
        check_number(
            "the reset limit of the discriminator",
            limit,
            limit >= 0.0,
            "choose 0 or more",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::Networks;
    use crate::networks::tensors::shapes;
    use burn::tensor::Device;

    fn with_size(size: usize) -> ModelConfig {
        ModelConfig {
            size,
            ..ModelConfig::default()
        }
    }

    #[test]
    fn every_multiple_of_16_ends_in_a_map_that_cannot_be_halved() {
        for size in (16..=256).step_by(16) {
            let config = with_size(size);
            config.validate().unwrap();
            let side = config.smallest_map();
            assert!((4..8).contains(&side) || !side.is_multiple_of(2), "{size}: {side}");
            assert_eq!(side << (config.pyramid_levels() + 1), size);
        }
        assert_eq!(with_size(32).smallest_map(), 4);
        assert_eq!(with_size(32).pyramid_levels(), 2);
        assert_eq!(with_size(48).smallest_map(), 6);
    }

    #[test]
    fn parameters_are_those_of_the_networks() {
        for (size, channels) in [(32, 1), (48, 3), (64, 3), (16, 2)] {
            let config = ModelConfig {
                channels,
                latent_size: 7,
                features: 2,
                ..with_size(size)
            };
            for method in Method::ALL {
                let networks = Networks::blank(method, &config, &Device::flex());
                let trainable = |(name, shape): (String, Vec<usize>)| {
                    let counts = !name.contains(".running_");
                    counts.then(|| shape.iter().product::<usize>())
                };
                let expected: usize = shapes(&networks).into_iter().filter_map(trainable).sum();
                assert_eq!(config.parameters(method), expected, "{method} {size}");
            }
        }
    }

    #[test]
    fn learning_rates_fall_to_nothing_or_not_at_all() {
        let mut config = TrainingConfig::default();
        assert_eq!(config.learning_rate_at(1.0), config.learning_rate);
        config.constant_share = 0.5;
        let shares = [0.0, 0.5, 0.75, 1.0].map(|done| config.learning_rate_at(done) / config.learning_rate);
        assert_eq!(shares, [1.0, 1.0, 0.5, 0.0]);
    }

    #[test]
    fn values_outside_their_range_are_named() {
        for size in [0, 8, 20, 272] {
            assert_eq!(with_size(size).validate(), Err(ConfigError::Size(size)));
        }
        let training = TrainingConfig {
            learning_rate: f64::NAN,
            ..TrainingConfig::default()
        };
        assert!(training.validate().unwrap_err().to_string().contains("learning rate"));
    }
}
