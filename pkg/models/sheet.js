/**
 * A sheet of labelled test images as `ganomaly samples` writes it: one picture, row by row of square cells, and a list
 * that says of which class each cell is. Those here (20 of a class of fashion-mnist and cifar10, 24 of xray-threats):
 *   ganomaly samples --dataset mnist --seed 0 --each 40 --out pkg/samples
 * and the covers, one image of each class, with --each 1 --out pkg/samples/covers
 */
import { bmpOf } from "../bmp.js";

/** Written like this for bundlers, which look for such addresses and bring the files along. */
const sampleAt = (file) => new URL(`../samples/${file}`, import.meta.url);

/**
 * @typedef {object} Sheet
 * @property {string} dataset
 * @property {string[]} classes in the order of the data set
 * @property {string} terms under which the images may be used
 * @property {Map<string, number[]>} cells the cells of each class
 * @property {(cell: number) => Blob} blob a cell as an image file
 * @property {(canvas: HTMLCanvasElement, cells: number[]) => void} draw cells side by side
 */

/** @param {string} dataset @param {string} [folder] that its files lie in @returns {Promise<Sheet>} */
export async function fetchSheet(dataset, folder = "") {
  const list = await (await fetched(sampleAt(`${folder}${dataset}.json`))).json();
  const pixels = await pixelsOf(await (await fetched(sampleAt(folder + list.image))).blob());
  const { size, columns, classes, labels, terms } = list;
  const left = (cell) => (cell % columns) * size;
  const top = (cell) => Math.floor(cell / columns) * size;
  return {
    dataset, classes, terms,
    cells: new Map(classes.map((name, label) => [name, labels.flatMap((one, cell) => (one === label ? [cell] : []))])),
    blob: (cell) => bmpOf(pixels, { left: left(cell), top: top(cell), width: size, height: size }),
    draw(canvas, cells) {
      canvas.width = cells.length * size;
      canvas.height = size;
      const context = canvas.getContext("2d");
      cells.forEach((cell, index) => {
        context.putImageData(pixels, index * size - left(cell), -top(cell), left(cell), top(cell), size, size);
      });
    },
  };
}

/** Takes turns, so that the first few are of every list. @template T @param {T[][]} lists @returns {T[]} */
export const inTurns = (lists) => Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();

/** @param {URL | string} url @param {AbortSignal} [signal] @returns {Promise<Response>} fails if it is not there */
export async function fetched(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}

async function pixelsOf(file) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
