//! The decoder: G_D of GANomaly, a DCGAN generator (paper, section 3.1).

use super::BatchNorm;
use super::encoder::deepest_channels;
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::ConvTranspose2d;
use burn::tensor::Tensor;
use burn::tensor::activation::{relu, tanh};

/// Transposed convolution, batch normalisation, ReLU.
#[derive(Module, Debug)]
pub struct UpBlock {
    /// 4x4, stride 2, padding 1; in the first block stride 1, no padding.
    pub conv: ConvTranspose2d,
    /// Over the convolution's output.
    pub norm: BatchNorm,
}

impl UpBlock {
    /// First block: latent vector to smallest feature map.
    fn opening(config: &ModelConfig, init: &mut Init) -> Self {
        let channels = deepest_channels(config);
        Self {
            conv: init.opening_conv([config.latent_size, channels], config.smallest_map()),
            norm: BatchNorm::init(channels, init),
        }
    }

    /// Doubles the image, halves the channels.
    fn doubling(channels: usize, init: &mut Init) -> Self {
        Self {
            conv: init.doubling_conv([channels, channels / 2]),
            norm: BatchNorm::init(channels / 2, init),
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, side, side]`
    /// - output: `[batch, channels / 2, 2 side, 2 side]`
    /// - the first block takes `[batch, nz, 1, 1]` and gives `[batch, nf 2^levels, 4, 4]`
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let map = match input.dims() {
            [_, _, 1, 1] => opening(&self.conv, input),
            _ => self.conv.forward(input),
        };
        relu(self.norm.forward(map))
    }
}

/// A transposed convolution of a single pixel, computed as a product of two matrices: quicker than burn's transposed
/// convolution, which goes image by image.
fn opening(conv: &ConvTranspose2d, latent: Tensor<4>) -> Tensor<4> {
    let [batch, ..] = latent.dims();
    let weight = conv.weight.val();
    let [_, channels, height, width] = weight.dims();
    let (latent, weight): (Tensor<2>, Tensor<2>) = (latent.flatten(1, 3), weight.flatten(1, 3));
    latent.matmul(weight).reshape([batch, channels, height, width])
}

/// Latent vector to image: the mirror of [`super::Encoder`].
#[derive(Module, Debug)]
pub struct Decoder {
    /// Latent vector to smallest feature map.
    pub initial: UpBlock,
    /// One block for each doubling.
    pub pyramid: Vec<UpBlock>,
    /// 4x4, stride 2, padding 1, to the image's channels; tanh follows.
    pub last: ConvTranspose2d,
}

impl Decoder {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            initial: UpBlock::opening(config, init),
            pyramid: (1..=config.pyramid_levels())
                .rev()
                .map(|level| UpBlock::doubling(config.features << level, init))
                .collect(),
            last: init.doubling_conv([config.features, config.channels]),
        }
    }

    /// # Shapes
    /// - input: `[batch, nz, 1, 1]`
    /// - output: `[batch, channels, size, size]` in [-1, 1]
    pub fn forward(&self, latent: Tensor<4>) -> Tensor<4> {
        let first = self.initial.forward(latent);
        let map = self.pyramid.iter().fold(first, |map, block| block.forward(map));
        tanh(self.last.forward(map))
    }
}
