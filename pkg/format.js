/** Numbers as people read them: in any language, and in that of the pages. */
import { language } from "./text.js";

/** @param {string} language */
export function numbers(language) {
  const significant = new Intl.NumberFormat(language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const tiny = new Intl.NumberFormat(language, { notation: "scientific", maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const fraction = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const names = new Intl.ListFormat(language);
  return {
    /** Three significant digits, or powers of ten for what would be a row of zeros. @param {number} value */
    score: (value) => (value === 0 ? "0" : (Math.abs(value) < 0.0001 ? tiny : significant).format(value)),
    /** @param {number} value 0 to 1 */
    percent: (value) => share.format(value),
    /** @param {number} value 0 to 1 */
    fraction: (value) => fraction.format(value),
    /** @param {string[]} all */
    list: (all) => names.format(all),
  };
}

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const { score } = numbers(language);

/** @param {number} value */
export const count = (value) => whole.format(value);

/** Things a second: tenths matter when there are few. @param {number} value */
export const speed = (value) => (value < 10 ? tenth : whole).format(value);

/** A name as part of a file's name. @param {string} name */
export const fileName = (name) => name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "") || "project";

/** Per cent, with a tenth where it counts. @param {number} share 0..1 */
export const percent = (share) => (share < 0.1 && Math.abs(share * 100 - Math.round(share * 100)) > 0.05 ? tenth : whole).format(share * 100);

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${tenth.format(bytes / 1e6)}\u00a0MB`;
}

/** In the unit that suits it. @param {number} number */
export function bytes(number) {
  const [unit, size] = number >= 1e9 ? ["GB", 1e9] : number >= 1e6 ? ["MB", 1e6] : ["kB", 1e3];
  return `${(number / size < 10 ? tenth : whole).format(number / size)}\u00a0${unit}`;
}

/** @param {Date} day */
export const date = (day) => new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(day);

/** @param {Date} moment */
export const when = (moment) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(moment);

/** @param {number} seconds */
export function duration(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, "0")} s`;
}

/** With a capital and a full stop: the engine's messages come without. @param {string} clause */
export const sentence = (clause) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${/[.!?]$/.test(clause) ? "" : "."}`;
