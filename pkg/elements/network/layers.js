/** The layers of GANomaly's generator: their outlines, and later their numbers. */

export const NETWORKS = /** @type {const} */ (["encoder", "decoder", "second-encoder"]);
const INPUTS = { encoder: "x", decoder: "z", "second-encoder": "x′" };
const OUTPUTS = { encoder: "z", decoder: "x′", "second-encoder": "z′" };
const LETTERS = { encoder: "e", decoder: "d", "second-encoder": "e′" };

/**
 * @typedef {[number, number, number]} Shape maps, height, width
 * @typedef {{ symbol: string, network: string, output: Shape }} Outline
 * @typedef {Outline & { kind: "convolution" | "transposed-convolution", kernel: number, stride: number, padding: number,
 *   activation: "leaky-relu" | "relu" | "tanh" | "linear", input: Shape, inputs: Float32Array, inputSymbol: string,
 *   maps: Float32Array, weights: Float32Array, norm: Float32Array | null }} Layer inputs and maps are [maps, height, width]
 */

/** @param {string} network */
export const inputOf = (network) => INPUTS[network];

/**
 * The shapes of a model's layers, which follow from its card.
 * @param {{ size: number, channels: number, latentSize: number, features: number }} model @returns {Outline[]}
 */
export function outlineOf({ size, channels, latentSize, features }) {
  /** @type {Shape[]} */
  const halvings = [];
  for (let side = size / 2, maps = features; side >= 4; side /= 2, maps *= 2) halvings.push([maps, side, side]);
  /** @type {Record<string, Shape[]>} */
  const outputs = {
    encoder: [...halvings, [latentSize, 1, 1]],
    decoder: [...halvings.toReversed(), [channels, size, size]],
    "second-encoder": [...halvings, [latentSize, 1, 1]],
  };
  return NETWORKS.flatMap((network) => named(network, outputs[network].map((output) => ({ network, output }))));
}

/**
 * The layers with their numbers.
 * @param {{ layers: any[], values: Float32Array }} trace of an image
 * @param {Float32Array} image what went in, [channels, height, width] in [-1, 1]
 * @returns {Layer[]}
 */
export function layersOf({ layers, values }, image) {
  const part = (range) => (range ? values.subarray(range.start, range.end) : null);
  const known = layers.map((layer) => ({ ...layer, maps: part(layer.maps), weights: part(layer.weights), norm: part(layer.norm) }));
  const symbols = NETWORKS.flatMap((network) => named(network, known.filter((layer) => layer.network === network)));
  return symbols.map((layer, index) => ({ ...layer, inputs: symbols[index - 1]?.maps ?? image, inputSymbol: symbols[index - 1]?.symbol ?? "x" }));
}

/** The last layer of a network makes what the paper has a letter for; the others are counted. */
function named(network, layers) {
  return layers.map((layer, index) => ({ ...layer, symbol: index + 1 === layers.length ? OUTPUTS[network] : `${LETTERS[network]}${index + 1}` }));
}

/** The numbers that the networks see for a picture. @param {import("../../engine/client.js").Picture} picture @param {number} channels */
export function valuesOf({ width, height, rgba }, channels) {
  const plane = width * height;
  return Float32Array.from({ length: channels * plane }, (_, at) => rgba[4 * (at % plane) + Math.floor(at / plane)] / 127.5 - 1);
}
