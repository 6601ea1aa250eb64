/** Models and sample images for elements and programs: what cannot be had is said in the element's language. */
import { manifest, samplesOf as samples, weightsOf as weights } from "../models/loader.js";
import { Mistake } from "./mistake.js";

/** @template T @param {Promise<T>} loading @param {string} folder @param {any} text */
const orSay = (loading, folder, text) => loading.catch((error) => { throw new Error(text.gone(folder, error.message || text.damaged)); });

/** What the attribute `preset` may be: the models' cards. @param {any} text the element's texts @returns {Promise<any[]>} */
export const presets = (text) => orSay(manifest(), "weights", text);

/** The entry of a model: of its id, or of the digit that it has not seen. @param {string} id @param {any} text */
export async function presetOf(id, text) {
  const models = await presets(text);
  const found = models.find((entry) => entry.id === id);
  if (!found) throw new Mistake(text.noPreset(id, models.map((entry) => entry.id).join(", ")));
  return found;
}

/** @param {any} entry @param {any} text @returns {Promise<Blob>} its weights */
export const weightsOf = (entry, text) => orSay(weights(entry), "weights", text);

/** @param {string} dataset @param {any} text @returns {Promise<import("../models/sheet.js").Sheet>} */
export const samplesOf = (dataset, text) => orSay(samples(dataset), "samples", text);
