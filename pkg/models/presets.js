/** The models and sample images that come with the package, fetched once for all elements of a page. */
import { fetched, fetchSheet } from "./sheet.js";
import { Mistake } from "../elements/mistake.js";

/** Bundlers look for addresses written like this. */
const weightsAt = (file) => new URL(`../weights/${file}`, import.meta.url);

/** @type {Promise<any[]> | null} */
let manifest = null;
/** @type {Map<string, Promise<any>>} */
const sheets = new Map();

/** What the attribute `preset` may be: the models' cards. @param {any} text the element's texts @returns {Promise<any[]>} */
export function presets(text) {
  manifest ??= fetched(weightsAt("manifest.json")).then((response) => response.json()).then(({ models }) => models);
  return manifest.catch((error) => {
    manifest = null;
    throw new Error(text.gone("weights", error.message));
  });
}

/** The entry of a model: of its id, or of the digit that it has not seen. @param {string} id @param {any} text */
export async function presetOf(id, text) {
  const models = await presets(text);
  const found = models.find((entry) => entry.id === id);
  if (!found) throw new Mistake(text.noPreset(id, models.map((entry) => entry.id).join(", ")));
  return found;
}

/** @param {any} entry @param {any} text @returns {Promise<Blob>} its weights */
export async function weightsOf(entry, text) {
  try {
    return await (await fetched(weightsAt(entry.file))).blob();
  } catch (error) {
    throw new Error(text.gone("weights", error.message));
  }
}

/** @param {string} dataset @param {any} text @returns {Promise<import("./sheet.js").Sheet>} */
export function samplesOf(dataset, text) {
  if (!sheets.has(dataset)) sheets.set(dataset, fetchSheet(dataset));
  return sheets.get(dataset).catch((error) => {
    sheets.delete(dataset);
    throw new Error(text.gone("samples", error.message));
  });
}
