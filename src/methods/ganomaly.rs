//! GANomaly: networks, objective and anomaly score (Akcay et al., ACCV 2018).

use super::{Objective, Scores};
use crate::config::{LatentDistance, ModelConfig, TrainingConfig};
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{Discriminator, Generator};
use burn::module::Module;
use burn::tensor::Tensor;

/// The networks of GANomaly.
#[derive(Module, Debug)]
pub struct Ganomaly {
    /// Encoder, decoder, encoder.
    pub generator: Generator,
    /// Needed for training only.
    pub discriminator: Discriminator,
}

impl Ganomaly {
    /// Networks for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            generator: Generator::init(config, init),
            discriminator: Discriminator::init(config, init),
        }
    }

    /// A(x) of Eq. 5: the distance of z and z'.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn score(&self, image: Tensor<4>, distance: LatentDistance) -> Scores {
        let output = self.generator.forward(image);
        Scores {
            score: loss::distance(output.latent.clone(), output.latent_reconstruction.clone(), distance),
            reconstruction: output.reconstruction,
            latent: output.latent,
            latent_reconstruction: output.latent_reconstruction,
        }
    }

    /// What a training step minimises (Eq. 1 to 4). Both losses are of the same forward pass, as in the authors' code.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on an autodiff device
    pub fn objective(&self, image: Tensor<4>, config: &TrainingConfig) -> Objective {
        let output = self.generator.forward(image.clone());
        let real = self.discriminator.forward(image.clone());
        let generated = self.discriminator.forward(output.reconstruction.clone().detach());
        // The generator's loss passes through the discriminator but does not train it.
        let judged = self
            .discriminator
            .clone()
            .no_grad()
            .forward(output.reconstruction.clone());
        let adversarial = loss::feature_matching(real.features.detach(), judged.features);
        let contextual = loss::contextual(image, output.reconstruction);
        let encoder = loss::latent(output.latent, output.latent_reconstruction, config.latent_distance);
        let discriminator = loss::discriminator(real.logit, generated.logit);
        Objective::new([adversarial, contextual, encoder], discriminator, config)
    }
}
