/** Numbers as people read them, in the language of the texts. */
import { language } from "../text/engine.js";

const significant = new Intl.NumberFormat(language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const tiny = new Intl.NumberFormat(language, { notation: "scientific", maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Three significant digits, or powers of ten for what would be a row of zeros. @param {number} value */
export function score(value) {
  return value !== 0 && Math.abs(value) < 0.0001 ? tiny.format(value) : significant.format(value);
}

/** @param {number} value */
export const count = (value) => whole.format(value);

/** Things a second: tenths matter when there are few. @param {number} value */
export const speed = (value) => (value < 10 ? tenth : whole).format(value);

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${tenth.format(bytes / 1e6)}\u00a0MB`;
}

/** @param {number} seconds */
export function duration(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, "0")} s`;
}

/** With a capital and a full stop: the engine's messages come without. @param {string} clause */
export const sentence = (clause) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${/[.!?]$/.test(clause) ? "" : "."}`;
