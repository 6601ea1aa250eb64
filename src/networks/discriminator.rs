//! The discriminator of GANomaly: a DCGAN discriminator (paper, section 3.1).

use super::encoder::{Pyramid, deepest_channels};
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

/// D: an encoder with a latent vector of length 1.
#[derive(Module, Debug)]
pub struct Discriminator {
    /// f: image to the activations before the last convolution.
    pub features: Pyramid,
    /// Features to one logit, 4x4, stride 1, no padding.
    pub last: Conv2d,
}

/// What the discriminator says of a batch of images.
pub struct DiscriminatorOutput {
    /// f(x), `[batch, nf 2^levels, 4, 4]`.
    pub features: Tensor<4>,
    /// Logit of "real", `[batch]`. D(x) of the paper is its sigmoid, which the loss takes in a stable way.
    pub logit: Tensor<1>,
}

impl Discriminator {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            features: Pyramid::init(config, init),
            last: init.closing_conv([deepest_channels(config), 1], config.smallest_map()),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn forward(&self, image: Tensor<4>) -> DiscriminatorOutput {
        let [batch, ..] = image.dims();
        let features = self.features.forward(image);
        let logit = self.last.forward(features.clone()).reshape([batch]);
        DiscriminatorOutput { features, logit }
    }
}
