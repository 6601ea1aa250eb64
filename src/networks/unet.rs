//! The generator of Skip-GANomaly: a U-Net (paper, section III; Ronneberger et al., 2015, in the form of pix2pix).

use super::BatchNorm;
use super::encoder::leaky;
use super::init::Init;
use crate::config::ModelConfig;
use burn::module::Module;
use burn::nn::conv::{Conv2d, ConvTranspose2d};
use burn::tensor::Tensor;
use burn::tensor::activation::{relu, tanh};

/// Convolution that halves the map, then batch normalisation, except in the outermost and innermost block.
#[derive(Module, Debug)]
pub struct Down {
    /// 4x4, stride 2, padding 1.
    pub conv: Conv2d,
    /// Over the convolution's output.
    pub norm: Option<BatchNorm>,
}

/// Transposed convolution that doubles the map, then batch normalisation, except in the outermost block.
#[derive(Module, Debug)]
pub struct Up {
    /// 4x4, stride 2, padding 1.
    pub conv: ConvTranspose2d,
    /// Over the convolution's output.
    pub norm: Option<BatchNorm>,
}

/// G of Skip-GANomaly: halves the image as far as it can be halved, down to one pixel if its side is a power of two,
/// and doubles it back. Every map on the way down is joined to the map of the same size on the way up. The authors'
/// code has a bias on the last convolution, which the paper does not mention; here there is none, as in all other
/// layers.
#[derive(Module, Debug)]
pub struct UNet {
    /// From the image inwards.
    pub down: Vec<Down>,
    /// From the innermost map outwards.
    pub up: Vec<Up>,
}

impl UNet {
    /// Random weights for images of `config`.
    pub fn init(config: &ModelConfig, init: &mut Init) -> Self {
        let innermost = config.unet_levels() - 1;
        let width = |level: usize| config.unet_width(level);
        let down = (0..=innermost).map(|level| {
            let input = level.checked_sub(1).map_or(config.channels, width);
            let normalised = level > 0 && level < innermost;
            Down {
                conv: init.halving_conv([input, width(level)]),
                norm: normalised.then(|| BatchNorm::init(width(level), init)),
            }
        });
        let down = down.collect();
        let up = (0..=innermost).rev().map(|level| {
            let joined = if level == innermost { 1 } else { 2 };
            let output = level.checked_sub(1).map(width);
            Up {
                conv: init.doubling_conv([joined * width(level), output.unwrap_or(config.channels)]),
                norm: output.map(|channels| BatchNorm::init(channels, init)),
            }
        });
        Self { down, up: up.collect() }
    }

    /// # Shapes
    /// - input: `[batch, channels, size, size]`
    /// - output: the same, in [-1, 1]
    pub fn forward(&self, image: Tensor<4>) -> Tensor<4> {
        let mut map = image;
        let mut skips = Vec::with_capacity(self.down.len());
        for block in &self.down {
            if !skips.is_empty() {
                map = leaky(map);
            }
            map = normalise(block.norm.as_ref(), block.conv.forward(map));
            skips.push(map.clone());
        }
        // The innermost map is joined to nothing.
        skips.pop();
        for block in &self.up {
            map = normalise(block.norm.as_ref(), block.conv.forward(relu(map)));
            if let Some(skip) = skips.pop() {
                map = Tensor::cat(vec![skip, map], 1);
            }
        }
        tanh(map)
    }
}

fn normalise(norm: Option<&BatchNorm>, map: Tensor<4>) -> Tensor<4> {
    match norm {
        Some(norm) => norm.forward(map),
        None => map,
    }
}
