/** What a model makes of the sample images of its data set. */
import { engine, newName } from "../engine.js";
import { samplesOf, weightsOf } from "../presets.js";

/** So many images are scored at a time: between two portions other elements have their turn. */
const PORTION = 20;

/**
 * @typedef {object} Mark an image on the map
 * @property {number} cell of the sheet of samples
 * @property {string} className
 * @property {boolean} isAnomaly
 * @property {any} [scored] see EngineHost.score: the score, pictures, and z and z'
 *
 * @typedef {object} Collection
 * @property {import("../../shared/sheet.js").Sheet} sheet
 * @property {Mark[]} marks class by class
 */

/** The images that are mapped. @param {any} entry of the manifest @param {number} each at most so many of a class @param {any} text @returns {Promise<Collection>} */
export async function collect(entry, each, text) {
  const { dataset, anomalousClasses } = entry.card.data;
  const sheet = await samplesOf(dataset, text);
  const marks = sheet.classes.flatMap((className) => sheet.cells.get(className).slice(0, each)
    .map((cell) => ({ cell, className, isAnomaly: anomalousClasses.includes(className) })));
  return { sheet, marks };
}

/**
 * Scores the images; the model is forgotten afterwards.
 * @param {any} entry @param {Collection} collection
 * @param {{ text: any, signal: AbortSignal, onPortion: (share: number) => Promise<void> }} how onPortion: when to go on with the next
 * @returns {Promise<number | null>} the threshold for at most 5 % false alarms
 */
export async function scoreAll(entry, { sheet, marks }, { text, signal, onPortion }) {
  const weights = await weightsOf(entry, text);
  const client = await engine();
  const model = newName();
  try {
    const { calibration } = await client.load(weights, model);
    for (let start = 0; start < marks.length && !signal.aborted; start += PORTION) {
      const portion = marks.slice(start, start + PORTION);
      const images = portion.map(({ cell }) => sheet.blob(cell));
      const scored = await client.call("score", { images, which: "base", pictures: true, model });
      portion.forEach((mark, index) => { mark.scored = scored[index]; });
      await onPortion((start + portion.length) / marks.length);
    }
    return calibration.thresholds[5];
  } finally {
    await client.release(model);
  }
}
