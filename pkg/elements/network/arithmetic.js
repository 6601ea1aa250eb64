/** How a layer computes one pixel of its maps, step by step. */

const EPSILON = 1e-5;
const LEAK = 0.2;

/** @typedef {{ y: number, x: number, ky: number, kx: number, isInside: boolean }} Tap a pixel that comes in and its place in the kernel */

/**
 * The taps, what each map that comes in adds to the sum, batch norm if there is any, and the value.
 * @param {import("./layers.js").Layer} layer @param {import("./maps.js").Pixel} pixel
 */
export function workingOf(layer, { map, y, x }) {
  const taps = tapsOf(layer, y, x);
  const inside = taps.flat().filter((tap) => tap.isInside);
  const parts = Array.from({ length: layer.input[0] }, (_, channel) =>
    inside.reduce((sum, tap) => sum + inputAt(layer, channel, tap) * weightAt(layer, map, channel, tap), 0));
  const sum = parts.reduce((total, part) => total + part, 0);
  const norm = normalised(layer, map, sum);
  return { taps, parts, sum, norm, value: activated(layer.activation, norm?.value ?? sum) };
}

/** A pixel that comes in; 0 outside of the map. @param {import("./layers.js").Layer} layer @param {number} channel @param {Tap} tap */
export function inputAt({ inputs, input: [, height, width] }, channel, { y, x, isInside }) {
  return isInside ? inputs[(channel * height + y) * width + x] : 0;
}

/** @param {import("./layers.js").Layer} layer @param {number} map @param {number} channel @param {Tap} tap */
export function weightAt({ kind, weights, kernel, input, output }, map, channel, { ky, kx }) {
  // A transposed convolution keeps its kernels by what comes in, then by what goes out.
  const place = kind === "convolution" ? map * input[0] + channel : channel * output[0] + map;
  return weights[(place * kernel + ky) * kernel + kx];
}

function tapsOf(layer, y, x) {
  const [, height, width] = layer.input;
  const columns = along(layer, x, width);
  return along(layer, y, height).map((row) => columns.map((column) => ({
    y: row.at, ky: row.place, x: column.at, kx: column.place, isInside: row.isInside && column.isInside,
  })));
}

/** The pixels of one row or column that a pixel is made from. */
function along({ kind, kernel, stride, padding }, position, length) {
  const places = Array.from({ length: kernel }, (_, place) => place);
  if (kind === "convolution") {
    return places.map((place) => ({ place, at: position * stride - padding + place })).map((tap) => ({ ...tap, isInside: tap.at >= 0 && tap.at < length }));
  }
  // Here each pixel that comes in lays its kernel over the map that goes out, `stride` apart: these reach this pixel.
  return places.map((place) => ({ place, at: (position + padding - place) / stride, isInside: true }))
    .filter(({ at }) => Number.isInteger(at) && at >= 0 && at < length).reverse();
}

function normalised({ norm, output: [maps] }, map, sum) {
  if (!norm) return null;
  const [scale, shift, mean, variance] = [0, 1, 2, 3].map((row) => norm[row * maps + map]);
  return { scale, shift, mean, variance, value: ((sum - mean) / Math.sqrt(variance + EPSILON)) * scale + shift };
}

function activated(activation, value) {
  switch (activation) {
    case "leaky-relu": return Math.max(value, LEAK * value);
    case "relu": return Math.max(value, 0);
    case "tanh": return Math.tanh(value);
    default: return value;
  }
}
