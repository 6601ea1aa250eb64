/** When an image is called odd, what that promises, and how it is said. */
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";

const HIGHEST_RATE = 20;

/** @typedef {"" | "unreadable" | "anomaly" | "normal"} Verdict "" while there is none */

/**
 * The verdict on an image.
 * @param {import("../project.js").CheckedImage} image
 * @param {number | null | undefined} limit the largest p-value that is odd; null: none is, undefined: nobody can say
 * @returns {Verdict}
 */
export function verdictOf(image, limit) {
  if (image.error !== undefined) return "unreadable";
  if (image.score === null || limit === undefined) return "";
  return limit !== null && image.pValue !== null && image.pValue <= limit ? "anomaly" : "normal";
}

/** The lowest whole per cent that so many held-out images can promise. */
export const lowestRate = ({ strictestRate }) => Math.max(1, Math.ceil(strictestRate * 100 - 1e-9));

/** Whole per cents that can be chosen, both ends included; null where nothing can be promised. @returns {[number, number] | null} */
export function ratesOf(model) {
  if (!model || model.calibration.scores.length === 0) return null;
  const lowest = lowestRate(model.calibration);
  return [lowest, Math.max(HIGHEST_RATE, lowest)];
}

/** The rate in force: the one that was chosen, unless only a higher one can be promised. In per cent. */
export function rateOf({ rate, model }) {
  const [lowest, highest] = ratesOf(model) ?? [rate, rate];
  return Math.min(Math.max(Math.round(rate), lowest), highest);
}

/** @param {import("../project.js").Project} project @returns {number | undefined} the largest p-value that is odd by the rate of false alarms */
export const limitOf = (project) => (ratesOf(project.model) ? rateOf(project) / 100 : undefined);

/** The score that an odd image is above. @returns {number | null} */
export function thresholdAt(calibration, rate) {
  return calibration.thresholds?.[rate] ?? calibration.scores.at(-1) ?? null;
}

/** The score that an odd image is above, by the rate of false alarms or by the limit for a batch. @param {import("../project.js").Project} project @param {number | null | undefined} limit the largest p-value that is odd @returns {number | null} */
export function thresholdOf(project, limit) {
  const { calibration } = project.model;
  if (project.batchRate === null) return thresholdAt(calibration, rateOf(project));
  if (limit === null || limit === undefined) return null;
  const { scores } = calibration;
  const mayBeAbove = Math.floor(limit * (scores.length + 1) + 1e-9) - 1;
  return scores[scores.length - 1 - mayBeAbove] ?? null;
}

/** The share of normal images as odd as this one, in words. @param {number} pValue @param {number} count held-out images */
export function pValueWords(pValue, count) {
  if (pValue < 1.5 / (count + 1)) return text.pValue.none(count);
  return pValue <= 0.5 ? text.pValue.few(Math.floor(1 / pValue + 1e-9)) : text.pValue.many(format.percent(pValue));
}

/** What the limit on false alarms promises, sentence by sentence. @returns {string[]} */
export function promiseWords(project) {
  const { calibration } = project.model;
  const rate = rateOf(project);
  const interval = calibration.intervals?.[rate];
  return [
    text.threshold.promise(rate),
    ...(interval ? [text.threshold.interval(format.percent(interval[0]), format.percent(interval[1]), calibration.scores.length)] : []),
    text.threshold.explained(format.score(thresholdAt(calibration, rate))),
  ];
}

/** The same for a batch. @param {number | null} limit the largest p-value that is odd */
export function batchWords(project, limit, checked) {
  const smallest = format.score(1 / (project.model.calibration.scores.length + 1));
  return [
    text.threshold.batchPromise(project.batchRate),
    limit === null ? text.threshold.batchNone(checked, smallest) : text.threshold.batchLimit(format.score(limit), format.score(thresholdOf(project, limit))),
  ];
}
