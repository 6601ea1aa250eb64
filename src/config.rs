//! What a model and a training run are made of, whatever the method. A method's own settings are in its file in
//! [`crate::methods`].

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;
use tsify::Tsify;

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
    /// A setting of a method whose value is of the wrong kind.
    #[error("a setting of the method is wrong: {0}")]
    Setting(String),
    /// A setting that the method does not have.
    #[error("the method has no setting `{name}`: it has {known}")]
    NoSetting {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: String,
    },
}

/// Checks a whole number against its range.
///
/// # Errors
/// It is outside.
pub fn check_range(name: &'static str, value: usize, low: usize, high: usize) -> Result<(), ConfigError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(ConfigError::Range { name, value, low, high })
    }
}

/// Checks a real number, which must be finite and `valid`; `rule` says what to choose.
///
/// # Errors
/// It is not.
pub fn check_number(name: &'static str, value: f64, valid: bool, rule: &'static str) -> Result<(), ConfigError> {
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

impl fmt::Display for LatentDistance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Squared => "squared",
            Self::Absolute => "absolute",
        })
    }
}

/// Weights of the three generator losses (GANomaly, Eq. 4; Skip-GANomaly, Eq. 4).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
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

impl LossWeights {
    /// Checks that no weight is negative.
    ///
    /// # Errors
    /// The first weight that is.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for (name, weight) in [
            ("the adversarial weight", self.adversarial),
            ("the contextual weight", self.contextual),
            ("the encoder weight", self.encoder),
        ] {
            check_number(name, weight, weight >= 0.0, "choose 0 or more")?;
        }
        Ok(())
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

/// Settings of a training run that every method has. The defaults are those of GANomaly's authors' code (see each field).
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
    /// How the images are varied.
    pub augmentation: Augmentation,
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
            augmentation: Augmentation::None,
            seed: 0,
        }
    }
}

impl TrainingConfig {
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
        let (rate, share) = (self.learning_rate, self.constant_share);
        let is_possible = rate > 0.0 && rate <= 1.0;
        check_number("the learning rate", rate, is_possible, "choose more than 0, at most 1")?;
        let (name, is_share) = ("the constant share of the learning rate", (0.0..=1.0).contains(&share));
        check_number(name, share, is_share, "choose from 0 to 1")?;
        for (name, beta) in [("Adam's beta1", self.beta1), ("Adam's beta2", self.beta2)] {
            check_number(name, beta, (0.0..1.0).contains(&beta), "choose from 0 to below 1")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
