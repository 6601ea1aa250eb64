/**
 * The built-in test images: one sprite with a label per cell. Of each digit, the first images are shown and scored;
 * the others are kept for trying out the fine-tuning, so that no image is both trained on and judged.
 */
import { bmpOfSquare } from "./bmp.js";
import { text } from "./text.js";

const MOST_SHOWN_PER_DIGIT = 10;

/**
 * @typedef {object} Samples
 * @property {number[]} digits the labels that occur
 * @property {string} terms
 * @property {{ name: string, blob: Blob }[]} shown
 * @property {(digit: number) => { name: string, blob: Blob }[]} training
 * @property {(digit: number, canvas: HTMLCanvasElement) => void} drawExample
 */

/** @returns {Promise<Samples>} */
export async function fetchSamples() {
  const base = new URL("./samples/", document.baseURI);
  const response = await fetch(new URL("mnist.json", base));
  if (!response.ok) throw new Error(text.samples.missing);
  const sheet = await response.json();
  const sprite = await fetchPixels(new URL(sheet.image, base));
  return cut(sheet, sprite);
}

async function fetchPixels(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(text.samples.missing);
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function cut(sheet, sprite) {
  const cells = cellsByDigit(sheet.labels);
  const corner = (cell) => [(cell % sheet.columns) * sheet.size, Math.floor(cell / sheet.columns) * sheet.size];
  const named = (cell) => {
    const [left, top] = corner(cell);
    const bytes = bmpOfSquare(sprite.data, sprite.width, left, top, sheet.size);
    return { name: text.samples.name(sheet.labels[cell], cell), blob: new Blob([bytes], { type: "image/bmp" }) };
  };
  const shownCount = (digit) => Math.min(MOST_SHOWN_PER_DIGIT, Math.ceil(cells.get(digit).length / 2));
  const digits = [...cells.keys()].sort((a, b) => a - b);
  return {
    digits,
    terms: sheet.terms,
    shown: interleave(digits.map((digit) => cells.get(digit).slice(0, shownCount(digit)))).map(named),
    training: (digit) => cells.get(digit).slice(shownCount(digit)).map(named),
    drawExample(digit, canvas) {
      const [left, top] = corner(cells.get(digit)[0]);
      canvas.width = canvas.height = sheet.size;
      canvas.getContext("2d").putImageData(sprite, -left, -top, left, top, sheet.size, sheet.size);
    },
  };
}

function cellsByDigit(labels) {
  const cells = new Map();
  labels.forEach((digit, cell) => cells.set(digit, [...(cells.get(digit) ?? []), cell]));
  return cells;
}

/** Takes turns, so that the first images on the screen show every digit. */
function interleave(lists) {
  const longest = Math.max(...lists.map((list) => list.length));
  const turns = Array.from({ length: longest }, (_, turn) => lists.map((list) => list[turn]));
  return turns.flat().filter((cell) => cell !== undefined);
}
