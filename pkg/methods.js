/**
 * What pages say of the methods: one file each in methods/, named by the method's id. Nothing lists them: a file is fetched when a
 * model of its method is met.
 *
 * @typedef {{ page?: string, en?: string, de?: string }} Name on the demo's page, and in the elements in each of their languages
 * @typedef {object} Part of the picture of an image's way through the networks
 * @property {"image" | "network" | "code"} kind
 * @property {Name} name
 * @property {number} [width] on the page, in shares
 * @property {"input" | "reconstruction"} [of] an image
 * @property {"narrowing" | "widening"} [shape] of a network
 * @property {string} [letter] of a network
 * @property {string} [index] of that letter
 * @property {{ page?: string, figure?: string }} [symbol] of a code; one without a symbol is not drawn there
 * @property {0 | 1} [latent] which of the two vectors of a result the code is
 *
 * @typedef {{ label: string, formula: string }} Loss what a loss is called, and what it is, in a formula
 *
 * @typedef {object} Method
 * @property {string} title
 * @property {string} note what it does, in two sentences
 * @property {string} code what the paper calls the numbers that an image becomes
 * @property {Part[]} picture from left to right
 * @property {{ from: number, to: number, name: string }[]} [compared] parts of the picture that the score compares, from 1
 * @property {[number, number]} [skips] parts between which connections skip the code, from 1
 * @property {string} diagram the picture in words
 * @property {string} comparison what the score compares, in words
 * @property {string[]} more about the letters
 * @property {(settings: { absolute: boolean, lambda: number }) => string} formula of the paper's score
 * @property {(settings: { absolute: boolean }) => string} score the same in words
 * @property {Record<string, string>} [losses] titles of those that are worth a chart; without them all are drawn under their names
 * @property {[string, string]} [codes] in elements: what the two vectors are called that are compared
 * @property {boolean} [isMeanOfCodes] whether the paper's score is the mean of their distances
 * @property {boolean} [isTraced] whether each layer can be looked at
 * @property {Record<string, { flow: string, score: (share: (value: number) => string, lambda: number) => string, losses: Record<string, Loss> }>} figures what the
 *   elements say of it, by language
 */
import { once } from "./once.js";

/** Of a method without a file only its name is known. @type {(id: string) => Promise<Method>} */
export const methodOf = once((id) => import(/* @vite-ignore */ fileOf(id)).then(({ method }) => method, () => nameless(id)));

/** Bundlers look for addresses written like this. @param {string} id */
const fileOf = (id) => new URL(`./methods/${id}.js`, import.meta.url).href;

/** The losses to draw, of those that a run tells. @param {Method} method @param {string[]} [names] @returns {{ id: string, title: string }[]} */
export function lossesOf({ losses }, names = Object.keys(losses ?? {})) {
  return names.filter((id) => !losses || id in losses).map((id) => ({ id, title: losses?.[id] ?? id }));
}

/** @param {string} id @returns {Method} */
const nameless = (id) => ({
  title: id, note: "", code: "z", picture: [], diagram: "", comparison: "", more: [], formula: () => "A(x) = ", score: () => "", figures: {},
});
