/** The sample images that are mapped, and what a model makes of them. */
import { samplesOf } from "../presets.js";

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
 * Scores the images in their order.
 * @param {import("../model.js").Loaded} loaded @param {Collection} collection
 * @returns {AsyncGenerator<{ from: number, to: number }>} which marks are scored now, portion by portion
 */
export async function* scoreAll({ client, model }, { sheet, marks }) {
  for (let from = 0; from < marks.length; from += PORTION) {
    const portion = marks.slice(from, from + PORTION);
    const images = portion.map(({ cell }) => sheet.blob(cell));
    const scored = await client.call("score", { images, which: "base", pictures: true, model });
    portion.forEach((mark, index) => { mark.scored = scored[index]; });
    yield { from, to: from + portion.length };
  }
}
