/** What charts are made of: shapes in a square of side 1 that is stretched, and HTML above it, so that letters keep their size. */
import { el, svg } from "../dom.js";

const BINS = 32;
const BAR = 0.86; // of a bin's width; the rest is a gap
/** Of the scores that end inside of the axis; far outliers would squeeze everything else, and are in the last bar. */
const SHOWN = 0.97;

/** @typedef {{ origin: number, end: number, share: (value: number) => number }} Scale share: of the width, 0 to 1 */

/** @param {number} origin @param {number} end @returns {Scale} */
const scaleFrom = (origin, end) => ({ origin, end, share: (value) => Math.min(Math.max((value - origin) / (end - origin), 0), 1) });

/**
 * Where scores lie on a histogram.
 * @param {ArrayLike<number>[]} lists of scores
 * @param {{ threshold?: number | null, origin?: number }} [options] threshold: is to be on it; origin: where it begins, the first bin takes what is below
 * @returns {Scale}
 */
export function scaleOf(lists, { threshold = null, origin = 0 } = {}) {
  const all = new Float64Array(lists.reduce((count, list) => count + list.length, 0));
  lists.reduce((at, list) => {
    all.set(list, at);
    return at + list.length;
  }, 0);
  all.sort();
  const high = all.length > 0 ? all[Math.floor((all.length - 1) * SHOWN)] : origin + 1;
  const span = Math.max((high - origin) * 1.1, ((threshold ?? origin) - origin) * 1.25);
  return scaleFrom(origin, origin + (span || 1));
}

/** @param {...SVGElement} shapes with coordinates from 0 to 1, y downwards */
export const stretched = (...shapes) => svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, ...shapes);

/** The share of the values in each bin. @param {ArrayLike<number>} values @param {(value: number) => number} share of the width */
export function binned(values, share) {
  const bins = new Array(BINS).fill(0);
  for (const value of Array.from(values)) bins[Math.min(BINS - 1, Math.floor(share(value) * BINS))] += 1 / values.length;
  return bins;
}

/**
 * Bars side by side, as one path.
 * @param {ArrayLike<number>} heights of the square; negative ones hang down
 * @param {number} from where they stand
 */
export function barPath(heights, from) {
  const width = 1 / heights.length;
  return Array.from(heights, (height, index) => (height === 0 ? "" : `M${fixed((index + (1 - BAR) / 2) * width)} ${fixed(from)}v${fixed(-height)}h${fixed(BAR * width)}v${fixed(height)}z`)).join("");
}

const fixed = (value) => value.toFixed(5);

/**
 * Centres a mark at a share of the width, but never over the edge.
 * @param {HTMLElement} mark in a container whose inline size is that width @param {number} share
 */
export function placeAt(mark, share) {
  const left = 100 * share;
  mark.style.left = `${left}%`;
  mark.style.transform = `translateX(clamp(${-left}cqi, -50%, ${100 - left}cqi - 100%))`;
}

/** Numbers along an axis, whose last bar stands for all that is above. @param {Scale} scale @param {(value: number) => string} format */
export function ticks({ origin, end }, format) {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = origin + share * (end - origin);
    const tick = el("span", { class: "tick" }, (share === 1 ? "≥\u2009" : "") + (value === 0 ? "0" : format(value)));
    placeAt(tick, share);
    return tick;
  });
}
