//! The generator of GANomaly: encoder, decoder, encoder (paper, section 3.1, Fig. 2).

use super::init::Init;
use super::{Decoder, Encoder};
use crate::config::ModelConfig;
use burn::module::Module;
use burn::tensor::Tensor;

/// G and the second encoder E; the two encoders have the same shape and separate weights.
#[derive(Module, Debug)]
pub struct Generator {
    /// G_E: x to z.
    pub encoder: Encoder,
    /// G_D: z to x'.
    pub decoder: Decoder,
    /// E: x' to z'.
    pub second_encoder: Encoder,
}

/// What the generator makes of a batch of images.
pub struct GeneratorOutput {
    /// z = G_E(x), `[batch, nz, 1, 1]`.
    pub latent: Tensor<4>,
    /// x' = G_D(z), `[batch, channels, size, size]` in [-1, 1].
    pub reconstruction: Tensor<4>,
    /// z' = E(x'), `[batch, nz, 1, 1]`.
    pub latent_reconstruction: Tensor<4>,
}

impl Generator {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            encoder: Encoder::init(config, init),
            decoder: Decoder::init(config, init),
            second_encoder: Encoder::init(config, init),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn forward(&self, image: Tensor<4>) -> GeneratorOutput {
        let latent = self.encoder.forward(image);
        let reconstruction = self.decoder.forward(latent.clone());
        let latent_reconstruction = self.second_encoder.forward(reconstruction.clone());
        GeneratorOutput {
            latent,
            reconstruction,
            latent_reconstruction,
        }
    }
}
