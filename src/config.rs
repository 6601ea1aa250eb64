//! What a model and a training run are made of. Plain data: nothing here computes.

use serde::{Deserialize, Serialize};
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
    /// Channels `nf` after the first convolution: 1 to 256; doubled at every halving of the image.
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

    /// Trainable values of all networks: what a weights file of this shape must hold, but for running statistics.
    pub fn parameters(&self) -> usize {
        let kernel = 16;
        let closing = self.smallest_map().pow(2) * (self.features << self.pyramid_levels());
        let halvings: usize = (0..self.pyramid_levels())
            .map(|level| {
                let doubled = self.features << (level + 1);
                kernel * doubled * doubled / 2
            })
            .sum();
        let image = kernel * self.channels * self.features;
        let scales: usize = (0..=self.pyramid_levels())
            .map(|level| 2 * (self.features << level))
            .sum();
        // A decoder normalises at every width, the three encoders at all but the first.
        let pyramids = 4 * (halvings + image + scales) - 3 * 2 * self.features;
        pyramids + closing * (3 * self.latent_size + 1)
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

/// Weights of the three generator losses (paper, Eq. 4).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LossWeights {
    /// Of the adversarial (feature matching) loss, Eq. 1.
    pub adversarial: f64,
    /// Of the contextual loss, Eq. 2.
    pub contextual: f64,
    /// Of the encoder loss, Eq. 3.
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

/// Settings of a training run. The defaults are the authors' code (see each field).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct TrainingConfig {
    /// Passes over the training images: the paper has 15 for MNIST, 25 for CIFAR-10 and X-ray images.
    pub epochs: usize,
    /// Images a step; a data set smaller than this is one batch.
    pub batch_size: usize,
    /// Adam's learning rate: the code's 2e-4; the paper says 2e-3.
    pub learning_rate: f64,
    /// Adam's decay of the first moment.
    pub beta1: f64,
    /// Adam's decay of the second moment.
    pub beta2: f64,
    /// Weights of the generator's losses.
    pub loss_weights: LossWeights,
    /// Distance of latent vectors, in the loss and in the score.
    pub latent_distance: LatentDistance,
    /// The discriminator starts anew when its loss falls below this; 0 never.
    pub reset_discriminator_below: f64,
    /// Seed of the initial weights and of the order of the images. At most 2^53, so that JavaScript can hold it.
    pub seed: u64,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 15,
            batch_size: 64,
            learning_rate: 2e-4,
            beta1: 0.5,
            beta2: 0.999,
            loss_weights: LossWeights::default(),
            latent_distance: LatentDistance::default(),
            reset_discriminator_below: 1e-5,
            seed: 0,
        }
    }
}

impl TrainingConfig {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_range("the number of epochs", self.epochs, 1, 100_000)?;
        check_range("the batch size", self.batch_size, 2, 4096)?;
        let rate = self.learning_rate;
        check_number(
            "the learning rate",
            rate,
            rate > 0.0 && rate <= 1.0,
            "choose more than 0, at most 1",
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
