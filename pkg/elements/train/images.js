/** Which sample digits the networks learn from, and which they are only shown. */

import { inTurns } from "../../models/sheet.js";

/** Of each normal class; the others are held out. */
const TRAINING_EACH = 30;

/**
 * @param {import("../../models/sheet.js").Sheet} sheet
 * @param {string} anomaly the class that is not learnt
 * @returns {{ training: number[], normal: number[], anomalous: number[] }} cells of the sheet; those held out class by class
 *   in turn, so that the first few are of different classes
 */
export function split(sheet, anomaly) {
  const classes = sheet.classes.filter((name) => name !== anomaly).map((name) => sheet.cells.get(name));
  const heldOut = classes.map((cells) => cells.slice(TRAINING_EACH));
  return {
    training: classes.flatMap((cells) => cells.slice(0, TRAINING_EACH)),
    normal: inTurns(heldOut),
    anomalous: sheet.cells.get(anomaly),
  };
}

/** The same as image files. @param {import("../../models/sheet.js").Sheet} sheet @param {ReturnType<typeof split>} cells */
export function filesOf(sheet, { training, normal, anomalous }) {
  const [first, second, third] = [training, normal, anomalous].map((cells) => cells.map(sheet.blob));
  return { training: first, normal: second, anomalous: third };
}
