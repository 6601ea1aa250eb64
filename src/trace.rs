//! Every layer of a generator at work on one image: its maps, its weights, and what is needed to compute any of its pixels by
//! hand.

use crate::methods::Ganomaly;
use crate::networks::encoder::closing;
use crate::networks::tensors::{HostTensor, floats, read};
use crate::networks::{Decoder, Encoder};
use burn::tensor::activation::tanh;
use burn::tensor::{ExecutionError, Tensor, Transaction};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;
use tsify::Tsify;

/// A sub-network of GANomaly's generator (paper, Fig. 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum SubNetwork {
    /// G_E: x to z.
    Encoder,
    /// G_D: z to x'.
    Decoder,
    /// E: x' to z'.
    SecondEncoder,
}

/// What a layer computes before it is normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum LayerKind {
    /// A convolution; weights `[outputs, inputs, kernel, kernel]`.
    Convolution,
    /// A transposed convolution; weights `[inputs, outputs, kernel, kernel]`.
    TransposedConvolution,
}

/// What a layer ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// max(x, 0.2 x).
    LeakyRelu,
    /// max(x, 0).
    Relu,
    /// tanh(x).
    Tanh,
    /// x.
    Linear,
}

/// A part of [`Trace::values`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// First value.
    pub start: usize,
    /// One beyond the last.
    pub end: usize,
}

impl Part {
    /// Where the values are.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A layer: a convolution, what normalises it, and its activation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// Its name in weights files, such as `encoder.features.pyramid.0`.
    pub name: String,
    /// Where it belongs.
    pub network: SubNetwork,
    /// What it computes.
    pub kind: LayerKind,
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Pixels from one place of the kernel to the next.
    pub stride: usize,
    /// Pixels of 0 around the map that slides under the kernel.
    pub padding: usize,
    /// Channels, height and width of what goes in: the layer before's output.
    pub input: [usize; 3],
    /// Channels, height and width of what comes out.
    pub output: [usize; 3],
    /// What it ends with.
    pub activation: Activation,
    /// Its output, `[channels, height, width]`.
    pub maps: Part,
    /// The kernels, see [`LayerKind`].
    pub weights: Part,
    /// Batch normalisation: scale, shift, running mean and running variance, `[4, channels]`; none in the first and the last
    /// layer of a sub-network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<Part>,
}

/// All layers in the order in which they compute. The second encoder sees the last map of the decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What each layer is.
    pub layers: Vec<Layer>,
    /// The numbers of all layers, one after the other.
    pub values: Vec<f32>,
}

/// Follows one image, `[1, channels, size, size]` in [-1, 1], through the generator.
///
/// # Errors
/// The device failed.
pub async fn trace(networks: &Ganomaly, image: Tensor<4>) -> Result<Trace, ExecutionError> {
    let generator = &networks.generator;
    let tensors = read(generator).await?.into_iter();
    let mut tracer = Tracer {
        tensors: tensors.map(|tensor| (tensor.name.clone(), tensor)).collect(),
        outputs: Transaction::default(),
        trace: Trace {
            layers: Vec::new(),
            values: Vec::new(),
        },
    };
    let latent = tracer.encode(&generator.encoder, SubNetwork::Encoder, image);
    let reconstruction = tracer.decode(&generator.decoder, latent);
    tracer.encode(&generator.second_encoder, SubNetwork::SecondEncoder, reconstruction);

    let mut trace = tracer.trace;
    for (index, maps) in tracer.outputs.execute_async().await?.into_iter().enumerate() {
        trace.layers[index].maps = trace.store(floats(maps));
    }
    Ok(trace)
}

/// Notes the layers while they compute.
struct Tracer {
    /// Weights and normalisations, by their names.
    tensors: HashMap<String, HostTensor>,
    /// What came out of each layer; not yet read from the device.
    outputs: Transaction,
    trace: Trace,
}

impl Tracer {
    fn encode(&mut self, encoder: &Encoder, network: SubNetwork, mut input: Tensor<4>) -> Tensor<4> {
        let prefix = match network {
            SubNetwork::Encoder => "encoder",
            _ => "second_encoder",
        };
        let levels = encoder.features.levels(input.clone());
        for (map, name) in levels.into_iter().zip(names(&format!("{prefix}.features"))) {
            input = self.add(name, network, Activation::LeakyRelu, &input, map);
        }
        let latent = closing(&encoder.last, input.clone());
        self.add(format!("{prefix}.last"), network, Activation::Linear, &input, latent)
    }

    fn decode(&mut self, decoder: &Decoder, mut input: Tensor<4>) -> Tensor<4> {
        let network = SubNetwork::Decoder;
        let blocks = std::iter::once(&decoder.initial).chain(&decoder.pyramid);
        for (block, name) in blocks.zip(names("decoder")) {
            let map = block.forward(input.clone());
            input = self.add(name, network, Activation::Relu, &input, map);
        }
        let image = tanh(decoder.last.forward(input.clone()));
        self.add("decoder.last".to_owned(), network, Activation::Tanh, &input, image)
    }

    /// Notes a layer; returns its output.
    fn add(
        &mut self,
        name: String,
        network: SubNetwork,
        activation: Activation,
        input: &Tensor<4>,
        output: Tensor<4>,
    ) -> Tensor<4> {
        let mut take = |part: &str| self.tensors.remove(&format!("{name}.{part}"));
        // A layer with normalisation is a block, whose convolution has a name of its own.
        let block = take("conv.weight");
        let parts = ["weight", "bias", "running_mean", "running_var"].map(|part| take(&format!("norm.{part}")));
        let norm: Vec<f32> = parts.into_iter().flatten().flat_map(|part| part.values).collect();
        let is_block = block.is_some();
        let weight = block.or_else(|| take("weight"));
        let (shape, weights) = weight.map_or_else(Default::default, |weight| (weight.shape, weight.values));
        let kind = match network {
            SubNetwork::Decoder => LayerKind::TransposedConvolution,
            _ => LayerKind::Convolution,
        };
        let sides = |tensor: &Tensor<4>| {
            let [_, channels, height, width] = tensor.dims();
            [channels, height, width]
        };
        let (from, to) = (sides(input), sides(&output));
        // Convolutions that see the whole map or open a single pixel do not move.
        let moves = from[1] != 1 && to[1] != 1;
        let layer = Layer {
            kernel: shape.last().copied().unwrap_or_default(),
            stride: if moves { 2 } else { 1 },
            padding: usize::from(moves),
            name,
            network,
            kind,
            input: from,
            output: to,
            activation,
            maps: Part { start: 0, end: 0 },
            weights: self.trace.store(weights),
            norm: is_block.then(|| self.trace.store(norm)),
        };
        self.trace.layers.push(layer);
        self.outputs = std::mem::take(&mut self.outputs).register(output.clone());
        output
    }
}

/// The names of an initial layer and of those of the pyramid behind it.
fn names(prefix: &str) -> impl Iterator<Item = String> {
    let pyramid = (0..).map(move |block| format!("{prefix}.pyramid.{block}"));
    std::iter::once(format!("{prefix}.initial")).chain(pyramid)
}

impl Trace {
    fn store(&mut self, values: Vec<f32>) -> Part {
        let start = self.values.len();
        self.values.extend(values);
        Part {
            start,
            end: self.values.len(),
        }
    }
}
