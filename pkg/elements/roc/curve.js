/** What a threshold does to known scores. Scores above it are called anomalies; those that are equal are not. */

/** @typedef {{ normal: number[], anomalous: number[] }} Scores */
/** @typedef {{ fpr: number, tpr: number, threshold: number }} Point */

/** @param {Scores} scores @param {number} threshold */
export function confusion({ normal, anomalous }, threshold) {
  const above = (scores) => scores.filter((score) => score > threshold).length;
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
