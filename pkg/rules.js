/**
 * The rules that have to be answered at once, while a threshold is dragged or where no engine is wanted: the same as in
 * src/conformal.rs and src/metrics.rs, which tests/browser/rules/rules.test.js holds them to. Whatever can wait is asked of the engine.
 */

/** Largest files, in bytes, and images, in pixels, that are taken in. */
export const LIMITS = { weights: 256 * 2 ** 20, image: 64 * 2 ** 20, side: 16_384, decoded: 256 * 2 ** 20, projectText: 64 * 2 ** 20 };

/** Highest rate of false alarms that is offered, in per cent. */
const HIGHEST_RATE = 20;
/** Rates such as 0.07 times a count fall short of whole numbers by less than this. */
const ROUNDING = 1e-9;

/** Scores above the threshold are called anomalies; those that are equal are not. @param {number} score @param {number | null} threshold null: none is */
export const isFlagged = (score, threshold) => threshold !== null && score > threshold;

/** The whole per cents of false alarms that so many calibration images (1 or more) can promise, both ends included. @param {number} count @returns {[number, number]} */
export function rates(count) {
  const lowest = Math.max(1, Math.ceil(100 / (count + 1) - ROUNDING));
  return [lowest, Math.max(HIGHEST_RATE, lowest)];
}

/** The rate in force when one is chosen: a whole per cent that can be promised. @param {number} asked @param {number} count of calibration images */
export function rateInForce(asked, count) {
  const [lowest, highest] = rates(count);
  return Math.min(Math.max(Math.round(asked), lowest), highest);
}

/** Calibration images that a promise takes. @param {number} rate of false alarms, more than 0 to 1 */
export const imagesNeeded = (rate) => Math.max(0, Math.ceil(1 / rate - ROUNDING) - 1);

/** The score above which p-values are `rate` or less; null if nothing can be promised. @param {ArrayLike<number>} rising calibration scores @param {number} rate 0 to 1 */
export function thresholdAt(rising, rate) {
  const above = Math.floor(rate * (rising.length + 1) + ROUNDING) - 1;
  return above < 0 ? null : rising[rising.length - 1 - above] ?? -Infinity;
}

/** @typedef {{ normal: number[], anomalous: number[] }} Scores of images of which it is known */
/** @typedef {{ fpr: number, tpr: number, threshold: number }} Point */

/** What a threshold does to known scores. @param {Scores} scores @param {number} threshold */
export function confusion({ normal, anomalous }, threshold) {
  const above = (scores) => scores.filter((score) => isFlagged(score, threshold)).length;
  const [falsePositives, truePositives] = [above(normal), above(anomalous)];
  return {
    truePositives, falsePositives, trueNegatives: normal.length - falsePositives, falseNegatives: anomalous.length - truePositives,
    tpr: truePositives / anomalous.length, fpr: falsePositives / normal.length,
  };
}

/**
 * The points of the ROC curve, from (0, 0) to (1, 1). Equal scores are one step: no threshold can part them.
 * @param {Scores} scores @returns {Point[]}
 */
export function rocPoints({ normal, anomalous }) {
  const ranked = [...normal.map((score) => ({ score, isAnomaly: false })), ...anomalous.map((score) => ({ score, isAnomaly: true }))].sort((a, b) => b.score - a.score);
  const points = [{ fpr: 0, tpr: 0, threshold: ranked[0].score }];
  let [falsePositives, truePositives] = [0, 0];
  ranked.forEach(({ score, isAnomaly }, index) => {
    if (isAnomaly) truePositives += 1;
    else falsePositives += 1;
    const next = ranked[index + 1]?.score ?? -Infinity;
    if (next < score) points.push({ fpr: falsePositives / normal.length, tpr: truePositives / anomalous.length, threshold: next });
  });
  return points;
}

/** The area under the curve, by trapezoids. @param {Point[]} points */
export const areaUnder = (points) => points.slice(1).reduce((area, { fpr, tpr }, index) => area + ((fpr - points[index].fpr) * (tpr + points[index].tpr)) / 2, 0);

/** Leaves out every other point of too many to be seen, but not the newest. @template T @param {T[]} points @param {number} most @returns {T[]} */
export const thinned = (points, most) => (points.length <= most ? points : points.filter((_, index) => (points.length - 1 - index) % 2 === 0));
