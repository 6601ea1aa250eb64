//! The encoder: G_E and E of GANomaly (paper, section 3.1 and Fig. 2), and the body of the discriminator.

use super::BatchNorm;
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::leaky_relu;

/// Slope of LeakyReLU for negative values, in all networks.
pub const NEGATIVE_SLOPE: f64 = 0.2;

/// Convolution that halves the image and doubles the channels, batch normalisation, LeakyReLU 0.2.
#[derive(Module, Debug)]
pub struct DownBlock {
    /// 4x4, stride 2, padding 1.
    pub conv: Conv2d,
    /// Over the doubled channels.
    pub norm: BatchNorm,
}

impl DownBlock {
    fn init(channels: usize, init: &mut Init) -> Self {
        Self {
            conv: init.halving_conv([channels, 2 * channels]),
            norm: BatchNorm::init(2 * channels, init),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, side, side]`
    /// - output: `[batch, 2 channels, side / 2, side / 2]`
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        leaky_relu(self.norm.forward(self.conv.forward(input)), NEGATIVE_SLOPE)
    }
}

/// The convolutions that turn an image into its smallest feature map: conv + LeakyReLU to `nf` channels, then
/// [`DownBlock`]s until the map is 4x4.
#[derive(Module, Debug)]
pub struct Pyramid {
    /// 4x4, stride 2, padding 1; not normalised.
    pub initial: Conv2d,
    /// One block a halving.
    pub pyramid: Vec<DownBlock>,
}

impl Pyramid {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            initial: init.halving_conv([config.channels, config.features]),
            pyramid: (0..config.pyramid_levels())
                .map(|level| DownBlock::init(config.features << level, init))
                .collect(),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]`
    /// - output: `[batch, nf 2^levels, 4, 4]`
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let first = leaky_relu(self.initial.forward(input), NEGATIVE_SLOPE);
        self.pyramid.iter().fold(first, |map, block| block.forward(map))
    }
}

/// Channels of the smallest feature map.
pub fn deepest_channels(config: &ModelConfig) -> usize {
    config.features << config.pyramid_levels()
}

/// Image to latent vector.
#[derive(Module, Debug)]
pub struct Encoder {
    /// Image to smallest feature map.
    pub features: Pyramid,
    /// Smallest feature map to latent vector, 4x4, stride 1, no padding; linear.
    pub last: Conv2d,
}

impl Encoder {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            features: Pyramid::init(config, init),
            last: init.closing_conv([deepest_channels(config), config.latent_size], config.smallest_map()),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]`
    /// - output: `[batch, nz, 1, 1]`
    pub fn forward(&self, image: Tensor<4>) -> Tensor<4> {
        self.last.forward(self.features.forward(image))
    }
}
