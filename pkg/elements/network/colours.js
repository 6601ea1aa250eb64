/** Numbers as colours: blue below 0, orange above, as those who see few colours can tell them apart too; images in greys. */

const NEGATIVE = [0, 90, 180];
const POSITIVE = [225, 105, 0];

/**
 * @param {HTMLElement} element whose style sheet says what 0 looks like
 * @returns {number[]} red, green, blue
 */
export function zeroOf(element) {
  return getComputedStyle(element).getPropertyValue("--zero").split(" ").map(Number);
}

/**
 * @param {ArrayLike<number>} values
 * @param {{ largest: number, zero: number[], isImage: boolean }} scale
 * @returns {Uint8ClampedArray<ArrayBuffer>} red, green, blue, alpha of each
 */
export function coloursOf(values, { largest, zero, isImage }) {
  const rgba = new Uint8ClampedArray(4 * values.length);
  Array.from(values).forEach((value, index) => {
    rgba.set(isImage ? grey(value) : signed(value / largest, zero), 4 * index);
    rgba[4 * index + 3] = 255;
  });
  return rgba;
}

const grey = (value) => new Array(3).fill((value + 1) * 127.5);

function signed(share, zero) {
  const end = share < 0 ? NEGATIVE : POSITIVE;
  // The root makes small numbers visible beside large ones.
  const strength = Math.sqrt(Math.min(Math.abs(share), 1));
  return zero.map((value, index) => value + (end[index] - value) * strength);
}

/** @param {Float32Array} values */
export const largestOf = (values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
