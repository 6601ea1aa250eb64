//! EfficientNet-Lite0 (M. Tan and Q. V. Le, 2019; Lite: R. Liu, 2020), its first 11 blocks of 16: the frozen front end that
//! detectors see images through.
//!
//! Lite is EfficientNet-B0 without squeeze-and-excitation and with ReLU6 for swish. Batch normalisation is folded into the
//! convolutions. Convolutions are padded as TensorFlow's `SAME`. `tests/golden/efficientnet.py` is the same in PyTorch.

use super::init::Init;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

/// Of each block its kernel, its stride, the factor by which it widens, and the channels that it gives.
const BLOCKS: [(usize, usize, usize, usize); 11] = [
    (3, 1, 1, 16),
    (3, 2, WIDER, 24),
    (3, 1, WIDER, 24),
    (5, 2, WIDER, 40),
    (5, 1, WIDER, 40),
    (3, 2, WIDER, 80),
    (3, 1, WIDER, 80),
    (3, 1, WIDER, 80),
    (5, 1, WIDER, 112),
    (5, 1, WIDER, 112),
    (5, 1, WIDER, 112),
];

/// The factor by which most blocks widen.
const WIDER: usize = 6;

/// Channels after the first convolution.
const STEM: usize = 32;

/// The network up to the first convolution of its block 11.
#[derive(Module, Debug)]
pub struct EfficientNet {
    /// 3x3, stride 2, from colour to 32 channels; ReLU6 follows.
    pub stem: Conv2d,
    /// The blocks in their order.
    pub blocks: Vec<InvertedResidual>,
    /// The layer of the next block that widens; ReLU6 follows.
    pub last: Conv2d,
}

/// A block: widen (1x1, ReLU6), look around channel by channel (ReLU6), narrow (1x1). If that changes neither the size nor
/// the channels, the input is added.
#[derive(Module, Debug)]
pub struct InvertedResidual {
    /// To six times the channels; the first block does not widen.
    pub expand: Option<Conv2d>,
    /// 3x3 or 5x5, each channel by itself.
    pub depthwise: Conv2d,
    /// To the block's channels; linear.
    pub project: Conv2d,
}

/// A place in the network whose map can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tap {
    /// What a block gives.
    Output(usize),
    /// What a block has after it has widened; block 0 does not.
    Wide(usize),
}

impl Tap {
    /// Channels of its map.
    ///
    /// # Panics
    /// The network has no such block.
    pub const fn channels(self) -> usize {
        match self {
            Self::Output(block) => BLOCKS[block].3,
            Self::Wide(block) => WIDER * BLOCKS[block - 1].3,
        }
    }
}

impl EfficientNet {
    /// Without weights, for those of a file.
    pub fn init(init: &mut Init) -> Self {
        let mut channels = STEM;
        let blocks = BLOCKS.map(|(kernel, stride, factor, output)| {
            let input = std::mem::replace(&mut channels, output);
            let wide = input * factor;
            InvertedResidual {
                expand: (factor > 1).then(|| init.same_conv([input, wide], 1, 1, 1)),
                depthwise: init.same_conv([wide, wide], kernel, stride, wide),
                project: init.same_conv([wide, output], 1, 1, 1),
            }
        });
        Self {
            stem: init.same_conv([3, STEM], 3, 2, 1),
            blocks: blocks.into(),
            last: init.same_conv([channels, WIDER * channels], 1, 1, 1),
        }
    }

    /// The maps at some taps, in the order of the network.
    ///
    /// # Shapes
    /// - input: `[batch, 3, height, width]` in [-1, 1]; both sides a multiple of 16
    /// - output: of each tap `[batch, channels, height / stride, width / stride]`, 2 to 16 the stride
    pub fn maps(&self, image: Tensor<4>, taps: &[Tap]) -> Vec<Tensor<4>> {
        let mut map = relu6(self.stem.forward(image));
        let mut maps = Vec::with_capacity(taps.len());
        let mut note = |tap: Tap, map: &Tensor<4>| {
            if taps.contains(&tap) {
                maps.push(map.clone());
            }
        };
        for (index, block) in self.blocks.iter().enumerate() {
            let wide = block.widen(map.clone());
            note(Tap::Wide(index), &wide);
            map = block.narrow(map, wide);
            note(Tap::Output(index), &map);
        }
        let last = Tap::Wide(BLOCKS.len());
        if taps.contains(&last) {
            note(last, &relu6(self.last.forward(map)));
        }
        maps
    }
}

impl InvertedResidual {
    /// # Shapes
    /// - input: `[batch, channels, height, width]`
    /// - output: `[batch, 6 channels, height, width]`
    fn widen(&self, input: Tensor<4>) -> Tensor<4> {
        match &self.expand {
            Some(expand) => relu6(expand.forward(input)),
            None => input,
        }
    }

    /// # Shapes
    /// - input: `[batch, channels, height, width]`, before and after it was widened
    /// - output: `[batch, channels of the block, height / stride, width / stride]`
    fn narrow(&self, input: Tensor<4>, wide: Tensor<4>) -> Tensor<4> {
        let output = self.project.forward(relu6(self.depthwise.forward(wide)));
        if input.dims() == output.dims() {
            input + output
        } else {
            output
        }
    }
}

fn relu6(input: Tensor<4>) -> Tensor<4> {
    input.clamp(0.0, 6.0)
}
