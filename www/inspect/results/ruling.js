/** When an image is called odd, what that promises, and how it is said. */
import * as format from "../../pkg/format.js";
import { rateInForce, rates, thresholdAt as scoreAt } from "../../pkg/rules.js";
import { text } from "../../text/results.js";

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

/** Whole per cents that can be chosen, both ends included; null where nothing can be promised. @returns {[number, number] | null} */
export const ratesOf = (model) => (model && model.calibration.scores.length > 0 ? rates(model.calibration.scores.length) : null);

/** The rate in force: the one that was chosen, unless only a higher one can be promised. In per cent. */
export const rateOf = ({ rate, model }) => (ratesOf(model) ? rateInForce(rate, model.calibration.scores.length) : Math.round(rate));

/** @param {import("../project.js").Project} project @returns {number | undefined} the largest p-value that is odd by the rate of false alarms */
export const limitOf = (project) => (ratesOf(project.model) ? rateOf(project) / 100 : undefined);

/** The score that an odd image is above; rates beyond those that the engine gave are those of very few images. @param {number} rate in per cent @returns {number | null} */
export const thresholdAt = ({ thresholds, scores }, rate) => thresholds?.[rate] ?? scoreAt(scores, rate / 100);

/** The score that an odd image is above, by the rate of false alarms or by the limit for a batch. @param {import("../project.js").Project} project @param {number | null | undefined} limit the largest p-value that is odd @returns {number | null} */
export function thresholdOf(project, limit) {
  const { calibration } = project.model;
  if (project.batchRate === null) return thresholdAt(calibration, rateOf(project));
  const threshold = limit == null ? null : scoreAt(calibration.scores, limit);
  return Number.isFinite(threshold) ? threshold : null;
}

/** The share of normal images as odd as this one, in words. @param {number} pValue @param {number} count held-out images */
export function pValueWords(pValue, count) {
  if (pValue < 1.5 / (count + 1)) return text.pValue.none(count);
  return pValue <= 0.5 ? text.pValue.few(Math.floor(1 / pValue + 1e-9)) : text.pValue.many(format.percent(pValue));
}

/** Whether the images that set the limit are those that were learnt from, each scored as if it were unknown. */
const isLeftOut = ({ split }) => Boolean(split) && split.validation === 0 && split.calibration === split.training;

/** What the limit on false alarms promises, sentence by sentence. @returns {string[]} */
export function promiseWords(project) {
  const { calibration } = project.model;
  const rate = rateOf(project);
  const interval = calibration.intervals?.[rate];
  return [
    isLeftOut(project.model) ? text.threshold.promiseLeftOut(rate) : text.threshold.promise(rate),
    ...(interval ? [text.threshold.interval(format.percent(interval[0]), format.percent(interval[1]), calibration.scores.length)] : []),
    text.threshold.explained(format.score(thresholdAt(calibration, rate))),
    ...takenWords(project),
  ];
}

/** Normal images that were taken in because they were called odd are no random choice. */
function takenWords({ taken = [], model }) {
  const used = new Set(model.trainedOn);
  const number = taken.filter((id) => used.has(id)).length;
  return number > 0 ? [text.takingIn.promise(number)] : [];
}

/** How many odd images are found at each limit that can be chosen, as far as a higher one finds more. @returns {{ rate: number, found: number }[]} the limit in force first */
export function foundByRate(project, scores) {
  const [lowest, highest] = ratesOf(project.model);
  const foundAt = (rate) => scores.filter((score) => score > thresholdAt(project.model.calibration, rate)).length;
  const all = [];
  for (let rate = Math.max(lowest, rateOf(project)); rate <= highest; rate += 1) {
    const found = foundAt(rate);
    if (all.length === 0 || found > all.at(-1).found) all.push({ rate, found });
  }
  return all;
}

/** The same for a batch. @param {number | null} limit the largest p-value that is odd */
export function batchWords(project, limit, checked) {
  const smallest = format.score(1 / (project.model.calibration.scores.length + 1));
  return [
    text.threshold.batchPromise(project.batchRate),
    limit === null ? text.threshold.batchNone(checked, smallest) : text.threshold.batchLimit(format.score(limit), format.score(thresholdOf(project, limit))),
  ];
}
