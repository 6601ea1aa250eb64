/** The models that come with the package. */
import { presets as entries } from "../elements/presets.js";
import { textOf } from "../elements/text/index.js";

/** The elements' words, for what elements and programs do alike. */
export const words = textOf("en");

/** @returns {Promise<{ id: string, title: string, bytes: number, card: any }[]>} */
export async function presets() {
  return (await entries(words)).map(({ id, title, bytes, card }) => ({ id, title, bytes, card }));
}
