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

/// A layer while it is on the device.
struct Pass {
    name: String,
    network: SubNetwork,
    activation: Activation,
    input: [usize; 3],
    output: Tensor<4>,
}

/// Follows one image, `[1, channels, size, size]` in [-1, 1], through the generator.
///
/// # Errors
/// The device failed.
pub async fn trace(networks: &Ganomaly, image: Tensor<4>) -> Result<Trace, ExecutionError> {
    let generator = &networks.generator;
    let mut passes = Vec::new();
    let latent = encode(&generator.encoder, SubNetwork::Encoder, image, &mut passes);
    let reconstruction = decode(&generator.decoder, latent, &mut passes);
    encode(
        &generator.second_encoder,
        SubNetwork::SecondEncoder,
        reconstruction,
        &mut passes,
    );

    let reading = passes.iter().map(|pass| pass.output.clone());
    let reading = reading.fold(Transaction::default(), Transaction::register);
    let maps = reading.execute_async().await?.into_iter().map(floats);
    let mut tensors: HashMap<String, HostTensor> = read(generator)
        .await?
        .into_iter()
        .map(|tensor| (tensor.name.clone(), tensor))
        .collect();
    let mut trace = Trace {
        layers: Vec::new(),
        values: Vec::new(),
    };
    for (pass, maps) in passes.into_iter().zip(maps) {
        trace.add(pass, maps, &mut tensors);
    }
    Ok(trace)
}

fn encode(encoder: &Encoder, network: SubNetwork, image: Tensor<4>, passes: &mut Vec<Pass>) -> Tensor<4> {
    let prefix = match network {
        SubNetwork::Encoder => "encoder",
        _ => "second_encoder",
    };
    let mut input = image.clone();
    for (level, map) in encoder.features.levels(image).into_iter().enumerate() {
        let name = match level.checked_sub(1) {
            None => format!("{prefix}.features.initial"),
            Some(block) => format!("{prefix}.features.pyramid.{block}"),
        };
        passes.push(Pass::new(name, network, Activation::LeakyRelu, &input, map.clone()));
        input = map;
    }
    let latent = closing(&encoder.last, input.clone());
    let name = format!("{prefix}.last");
    passes.push(Pass::new(name, network, Activation::Linear, &input, latent.clone()));
    latent
}

fn decode(decoder: &Decoder, latent: Tensor<4>, passes: &mut Vec<Pass>) -> Tensor<4> {
    let network = SubNetwork::Decoder;
    let mut input = latent;
    let blocks = std::iter::once(&decoder.initial).chain(&decoder.pyramid);
    for (index, block) in blocks.enumerate() {
        let name = match index.checked_sub(1) {
            None => "decoder.initial".to_owned(),
            Some(block) => format!("decoder.pyramid.{block}"),
        };
        let map = block.forward(input.clone());
        passes.push(Pass::new(name, network, Activation::Relu, &input, map.clone()));
        input = map;
    }
    let image = tanh(decoder.last.forward(input.clone()));
    let name = "decoder.last".to_owned();
    passes.push(Pass::new(name, network, Activation::Tanh, &input, image.clone()));
    image
}

impl Pass {
    fn new(name: String, network: SubNetwork, activation: Activation, input: &Tensor<4>, output: Tensor<4>) -> Self {
        let [_, channels, height, width] = input.dims();
        Self {
            name,
            network,
            activation,
            input: [channels, height, width],
            output,
        }
    }
}

impl Trace {
    fn add(&mut self, pass: Pass, maps: Vec<f32>, tensors: &mut HashMap<String, HostTensor>) {
        let mut take = |name: String| tensors.remove(&name);
        // A layer with normalisation is a block, whose convolution has a name of its own.
        let block = take(format!("{}.conv.weight", pass.name));
        let norm = block.is_some().then(|| {
            let parts = ["weight", "bias", "running_mean", "running_var"];
            let values =
                parts.map(|part| take(format!("{}.norm.{part}", pass.name)).map_or_else(Vec::new, |one| one.values));
            self.store(values.concat())
        });
        let weight = block.or_else(|| tensors.remove(&format!("{}.weight", pass.name)));
        let (shape, weights) = weight.map_or_else(Default::default, |weight| (weight.shape, weight.values));
        let [_, channels, height, width] = pass.output.dims();
        let kind = match pass.network {
            SubNetwork::Decoder => LayerKind::TransposedConvolution,
            _ => LayerKind::Convolution,
        };
        // Convolutions that see the whole map or open a single pixel do not move.
        let moves = pass.input[1] != 1 && height != 1;
        let layer = Layer {
            kernel: shape.last().copied().unwrap_or_default(),
            stride: if moves { 2 } else { 1 },
            padding: usize::from(moves),
            name: pass.name,
            network: pass.network,
            kind,
            input: pass.input,
            output: [channels, height, width],
            activation: pass.activation,
            maps: self.store(maps),
            weights: self.store(weights),
            norm,
        };
        self.layers.push(layer);
    }

    fn store(&mut self, values: Vec<f32>) -> Part {
        let start = self.values.len();
        self.values.extend(values);
        Part {
            start,
            end: self.values.len(),
        }
    }
}
