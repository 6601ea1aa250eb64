//! The encoder: G_E and E of GANomaly (paper, section 3.1 and Fig. 2), and the body of the discriminator.

use super::BatchNorm;
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, relu};

/// Slope of LeakyReLU for negative values.
const NEGATIVE_SLOPE: f64 = 0.2;

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
        leaky(self.norm.forward(self.conv.forward(input)))
    }
}

/// The convolutions that turn an image into its smallest feature map: conv + LeakyReLU to `nf` channels, then
/// [`DownBlock`]s until the map is 4x4.
#[derive(Module, Debug)]
pub struct Pyramid {
    /// 4x4, stride 2, padding 1; not normalised.
    pub initial: Conv2d,
    /// One block for each halving.
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
        let first = leaky(self.initial.forward(input));
        self.pyramid.iter().fold(first, |map, block| block.forward(map))
    }

    /// The maps of every level.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]`
    /// - output: of level l from 0 `[batch, nf 2^l, size / 2^(l+1), size / 2^(l+1)]`
    pub fn levels(&self, input: Tensor<4>) -> Vec<Tensor<4>> {
        let mut maps = vec![leaky(self.initial.forward(input))];
        for block in &self.pyramid {
            maps.extend(maps.last().map(|map| block.forward(map.clone())));
        }
        maps
    }
}

/// Channels of the smallest feature map.
pub fn deepest_channels(config: &ModelConfig) -> usize {
    config.features << config.pyramid_levels()
}

/// LeakyReLU. In training it is computed as x + ReLU(-0.8 x): the gradient of burn's own LeakyReLU goes through masks,
/// which takes ten times as long on the CPU and one kernel more on a GPU.
pub fn leaky(input: Tensor<4>) -> Tensor<4> {
    if !input.device().is_autodiff() {
        return leaky_relu(input, NEGATIVE_SLOPE);
    }
    input.clone() + relu(input.mul_scalar(NEGATIVE_SLOPE - 1.0))
}

/// A convolution whose kernel is as large as the map, computed as a product of two matrices: quicker than burn's
/// convolution, which goes image by image.
///
/// # Shapes
/// - input: `[batch, channels, side, side]`
/// - output: `[batch, channels of the convolution, 1, 1]`
pub fn closing(conv: &Conv2d, map: Tensor<4>) -> Tensor<4> {
    let (map, weight): (Tensor<2>, Tensor<2>) = (map.flatten(1, 3), conv.weight.val().flatten(1, 3));
    map.matmul(weight.transpose()).unsqueeze_dims(&[2, 3])
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
        closing(&self.last, self.features.forward(image))
    }
}
