//! Skip-GANomaly: networks, objective and anomaly score (Akcay et al., IJCNN 2019).

use super::{Objective, Scores};
use crate::config::{LatentDistance, ModelConfig, TrainingConfig};
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{FeatureDiscriminator, UNet};
use burn::module::Module;
use burn::tensor::Tensor;

/// The networks of Skip-GANomaly.
#[derive(Module, Debug)]
pub struct SkipGanomaly {
    /// Image to reconstruction.
    pub generator: UNet,
    /// Needed for scoring too: it compares the features of image and reconstruction.
    pub discriminator: FeatureDiscriminator,
}

impl SkipGanomaly {
    /// Networks for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            generator: UNet::init(config, init),
            discriminator: FeatureDiscriminator::init(config, init),
        }
    }

    /// A(x) = lambda R(x) + (1 - lambda) L(x), Eq. 5: R the reconstruction error, the mean of squares as in the
    /// authors' code, L the distance of the features.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn score(&self, image: Tensor<4>, config: &TrainingConfig) -> Scores {
        let reconstruction = self.generator.forward(image.clone());
        let [real, generated] =
            [&image, &reconstruction].map(|image| self.discriminator.forward(image.clone()).features);
        let error = loss::distance(image, reconstruction.clone(), LatentDistance::Squared);
        let latent = loss::distance(real.clone(), generated.clone(), config.latent_distance);
        let lambda = config.score_lambda;
        Scores {
            score: error.mul_scalar(lambda) + latent.mul_scalar(1.0 - lambda),
            reconstruction,
            latent: real,
            latent_reconstruction: generated,
        }
    }

    /// What a training step minimises (Eq. 1 to 4). The authors' code adds the latent loss to the discriminator's as
    /// well; the paper, and this, does not.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on an autodiff device
    pub fn objective(&self, image: Tensor<4>, config: &TrainingConfig) -> Objective {
        let reconstruction = self.generator.forward(image.clone());
        let real = self.discriminator.forward(image.clone());
        let generated = self.discriminator.forward(reconstruction.clone().detach());
        // The generator's loss passes through the discriminator but does not train it.
        let judged = self.discriminator.clone().no_grad().forward(reconstruction.clone());
        let adversarial = loss::non_saturating(judged.logit);
        let contextual = loss::contextual(image, reconstruction);
        let latent = loss::latent(real.features.detach(), judged.features, config.latent_distance);
        let discriminator = loss::discriminator(real.logit, generated.logit);
        Objective::new([adversarial, contextual, latent], discriminator, config)
    }
}
