//! Initial weights. They are drawn on the host, so that the same seed gives the same weights on every device.

use burn::module::{Param, ParamId};
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{Initializer, PaddingConfig2d};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Side of the kernel of every convolution that halves or doubles a map. Those that close or open a map are as large as
/// the smallest map, which is 4 pixels wide if the size is a power of two.
pub const KERNEL: usize = 4;

/// Standard deviation of the initial weights (DCGAN).
const DEVIATION: f32 = 0.02;

/// Draws initial weights for a device.
pub struct Init<'a> {
    /// Where the weights go.
    pub device: &'a Device,
    /// Source of random numbers. Without one, every value is the mean: for networks whose weights are loaded next.
    pub rng: Option<&'a mut ChaCha8Rng>,
}

impl Init<'_> {
    /// A parameter with values ~ N(mean, 0.02).
    pub fn normal<const D: usize>(&mut self, mean: f32, shape: [usize; D]) -> Param<Tensor<D>> {
        let Some(rng) = &mut self.rng else {
            return blank(mean, shape, self.device);
        };
        let values: Vec<f32> = StandardNormal
            .sample_iter(rng)
            .map(|unit: f32| mean + DEVIATION * unit)
            .take(shape.iter().product())
            .collect();
        Param::from_data(TensorData::new(values, Shape::from(shape)), self.device)
    }

    /// Zeros that are not trained in steps: what a method that learns at once replaces.
    pub fn zeros<const D: usize>(&mut self, shape: [usize; D]) -> Param<Tensor<D>> {
        blank(0.0, shape, self.device).set_require_grad(false)
    }

    /// A convolution that halves the image: kernel 4, stride 2, padding 1.
    pub fn halving_conv(&mut self, channels: [usize; 2]) -> Conv2d {
        self.conv(channels, KERNEL, 2, 1)
    }

    /// A convolution that sees the whole map: kernel `side`, stride 1, no padding.
    pub fn closing_conv(&mut self, channels: [usize; 2], side: usize) -> Conv2d {
        self.conv(channels, side, 1, 0)
    }

    /// A transposed convolution that doubles the image: kernel 4, stride 2, padding 1.
    pub fn doubling_conv(&mut self, channels: [usize; 2]) -> ConvTranspose2d {
        self.conv_transpose(channels, KERNEL, 2, 1)
    }

    /// A transposed convolution that opens a single pixel to a map: kernel `side`, stride 1, no padding.
    pub fn opening_conv(&mut self, channels: [usize; 2], side: usize) -> ConvTranspose2d {
        self.conv_transpose(channels, side, 1, 0)
    }

    /// A convolution of a frozen network, whose weights come from a file: with a bias, padded so that the map is divided
    /// by the stride and nothing else, as TensorFlow does it.
    pub fn same_conv(&mut self, channels: [usize; 2], kernel: usize, stride: usize, groups: usize) -> Conv2d {
        let [input, output] = channels;
        let mut conv = Conv2dConfig::new(channels, [kernel, kernel])
            .with_stride([stride, stride])
            .with_groups(groups)
            .with_padding(PaddingConfig2d::Same)
            .with_bias(false)
            .with_initializer(Initializer::Zeros)
            .init(self.device);
        conv.weight = self.zeros([output, input / groups, kernel, kernel]);
        conv.bias = Some(self.zeros([output]));
        conv
    }

    fn conv(&mut self, [input, output]: [usize; 2], kernel: usize, stride: usize, padding: usize) -> Conv2d {
        let mut conv = Conv2dConfig::new([input, output], [kernel, kernel])
            .with_stride([stride, stride])
            .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
            .with_bias(false)
            .with_initializer(Initializer::Zeros)
            .init(self.device);
        conv.weight = self.normal(0.0, [output, input, kernel, kernel]);
        conv
    }

    fn conv_transpose(
        &mut self,
        [input, output]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> ConvTranspose2d {
        let mut conv = ConvTranspose2dConfig::new([input, output], [kernel, kernel])
            .with_stride([stride, stride])
            .with_padding([padding, padding])
            .with_bias(false)
            .with_initializer(Initializer::Zeros)
            .init(self.device);
        conv.weight = self.normal(0.0, [input, output, kernel, kernel]);
        conv
    }
}

/// A parameter that takes memory only when it is first used.
fn blank<const D: usize>(value: f32, shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    let make =
        move |device: &Device, require_grad: bool| Tensor::full(shape, value, device).set_require_grad(require_grad);
    Param::uninitialized(ParamId::new(), make, device.clone(), true, Shape::from(shape))
}
