//! The discriminators, of the DCGAN kind: GANomaly's (paper, section 3.1) and Skip-GANomaly's (paper, section III).

use super::encoder::{Encoder, Pyramid, closing, deepest_channels};
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

/// D of GANomaly: an encoder with a latent vector of length 1.
#[derive(Module, Debug)]
pub struct Discriminator {
    /// f: image to the activations before the last convolution.
    pub features: Pyramid,
    /// Features to one logit, 4x4, stride 1, no padding.
    pub last: Conv2d,
}

/// What the discriminator gives for a batch of images.
pub struct DiscriminatorOutput {
    /// f(x): `[batch, nf 2^levels, 4, 4]` in GANomaly, `[batch, nz, 1, 1]` in Skip-GANomaly.
    pub features: Tensor<4>,
    /// Logit of "real", `[batch]`. The paper's D(x) is its sigmoid; the losses take the logit, which is numerically
    /// stable.
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
        let logit = closing(&self.last, features.clone()).reshape([batch]);
        DiscriminatorOutput { features, logit }
    }
}

/// D of Skip-GANomaly: an encoder to nz features, and a classifier of these.
#[derive(Module, Debug)]
pub struct FeatureDiscriminator {
    /// f: image to features.
    pub features: Encoder,
    /// Features to one logit. The authors' code has a 3x3 kernel with padding here. On a 1x1 map only its centre meets
    /// anything but padding, so this is the centre alone.
    pub classifier: Conv2d,
}

impl FeatureDiscriminator {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            features: Encoder::init(config, init),
            classifier: init.closing_conv([config.latent_size, 1], 1),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn forward(&self, image: Tensor<4>) -> DiscriminatorOutput {
        let [batch, ..] = image.dims();
        let features = self.features.forward(image);
        let logit = closing(&self.classifier, features.clone()).reshape([batch]);
        DiscriminatorOutput { features, logit }
    }
}
