/**
 * Numbers as colours: blue below 0, orange above, as those who see few colours can tell them apart too; images in greys. At 0
 * one sees what is behind, so that it suits the theme.
 */

const NEGATIVE = [0, 90, 180];
const POSITIVE = [225, 105, 0];

/**
 * Draws a pixel for each number, row by row, on a canvas that gets this size.
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {{ width: number, height: number, largest: number, isImage: boolean }} look
 */
export function drawNumbers(canvas, values, { width, height, largest, isImage }) {
  const pixels = new ImageData(width, height);
  Array.from(values).forEach((value, index) => {
    pixels.data.set(isImage ? grey(value) : signed(value / largest), 4 * index);
  });
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

/** A bright frame in a dark one: one of them can be seen on any pixel. @param {CanvasRenderingContext2D} context @param {[number, number, number, number]} place @param {string} bright @param {number} line */
export function frameOn(context, place, bright, line) {
  for (const [colour, width] of /** @type {const} */ ([["#000000", 2 * line], [bright, line]])) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(...place);
  }
}

const grey = (value) => [...new Array(3).fill((value + 1) * 127.5), 255];

/** The root makes small numbers visible beside large ones. */
const signed = (share) => [...(share < 0 ? NEGATIVE : POSITIVE), 255 * Math.sqrt(Math.min(Math.abs(share), 1))];

/** @param {Float32Array} values */
export const largestOf = (values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
