/** Everything that the elements say, in English; the other languages have the same keys. */
import { numbers } from "./numbers.js";

const number = numbers("en");

export const en = {
  starting: "Getting ready…",
  wrongAttribute: (name, value, allowed) => `The attribute ${name}="${value}" is not possible here. Use ${allowed}.`,
  range: (low, high, whole) => `a ${whole ? "whole " : ""}number from ${low} to ${high}`,
  noPreset: (id, known) => `There is no model “${id}”. Those at hand: ${known}.`,
  presetsGone: (why) => `The models could not be fetched (${why}). Check the connection, and that the folder weights/ lies beside the folder elements/.`,
  samplesGone: (why) => `The sample images could not be fetched (${why}). Check the connection, and that the folder samples/ lies beside the folder elements/.`,
  demo: {
    number,
    starting: "Getting the networks ready…",
    pick: "1 · An image",
    samples: "Samples", draw: "Draw", file: "File…", others: "Other samples",
    dropHint: "An image file can also be dropped anywhere on this figure.",
    className: (dataset, name) => (dataset === "mnist" ? `digit ${name}` : name),
    anomalous: (name) => `${name}, never seen in training`,
    unseen: (names) => (names.length > 5 ? "Framed like this: not seen in training." : `Not seen in training: ${number.list(names)}.`),
    padLabel: "A sheet to draw a digit on. Arrow keys move the pen, the space bar puts it down and lifts it, Delete clears the sheet.",
    padHint: "Keys: arrows move the pen, space lowers and lifts it. Drawings are centred and scaled as MNIST’s digits are.",
    penDown: "The pen is down.", penUp: "The pen is up.", clear: "Clear",
    unreadable: (why) => `The image cannot be used: ${why}.`,
    flow: "2 · Through the networks",
    flowLabel: {
      ganomaly: "The encoder turns the image x into the code z, the decoder rebuilds an image x′ from z alone, a second encoder turns x′ into the code z′.",
      "skip-ganomaly": "A U-Net rebuilds the image x as x′. The discriminator turns both into features, f(x) and f(x′).",
    },
    parts: {
      input: "image", encoder: "encoder", decoder: "decoder", reconstruction: "rebuilt", difference: "difference",
      second: { ganomaly: "2nd encoder", "skip-ganomaly": "discriminator" },
      code: "code",
    },
    codes: "3 · Two codes compared",
    component: "Number of the code",
    reading: "Point at a bar, or use the arrow keys, to read a single number.",
    componentReading: ({ index, count, values, gap, share }) =>
      `Number ${index + 1} of ${count}: ${number.score(values[0])} and ${number.score(values[1])}; difference ${number.score(gap)}, ${number.percent(share)} of the row’s sum.`,
    score: ({ method, score = "paper", training }) => {
      if (score !== "paper") return "This model’s score also asks how far the code is from those of normal images, so it is not the mean of the lowest row: A(x) = ";
      if (method === "ganomaly") return "The score is the mean of the lowest row (dashed): A(x) = ";
      const share = training.scoreLambda ?? 0.9;
      return `The score weighs the error of the reconstruction (${number.percent(share)}) and the mean of the lowest row (${number.percent(1 - share)}): A(x) = `;
    },
    judged: "4 · The verdict",
    verdicts: {
      normal: (score, threshold) => `Normal: the score ${number.score(score)} is not above the threshold ${number.score(threshold)}.`,
      anomaly: (score, threshold) => `Anomaly: the score ${number.score(score)} is above the threshold ${number.score(threshold)}.`,
    },
    noThreshold: (score) => `The score is ${number.score(score)}; this model knows too few normal images for a threshold.`,
    truth: {
      normal: { normal: (name) => `That is right: ${name} is one of the classes trained on.`, anomaly: (name) => `A false alarm: ${name} is one of the classes trained on.` },
      anomaly: { normal: (name) => `A miss: ${name} is none of the classes trained on.`, anomaly: (name) => `That is right: ${name} is none of the classes trained on.` },
    },
    surprise: (above, all) => `Of ${all} normal images kept out of training, ${above} ${above === 1 ? "has" : "have"} such a score or a higher one.`,
    threshold: (value) => `threshold ${number.score(value)}`,
    bars: "Bars: scores of normal images kept out of training. The threshold lets at most 5 in 100 such images be false alarms.",
  },
  roc: {
    number,
    heading: "Where should the threshold lie?",
    starting: "Getting the networks ready…",
    progress: (done, all) => `Scoring sample images: ${done} of ${all}`,
    hint: "Drag the threshold over the scores, or move it with the arrow keys.",
    wrongScores: (value) => `The attribute scores="${value}" is not possible here. Use JSON such as {"normal": [0.1, 0.2], "anomalous": [0.3]}: lists of at least one number each.`,
    normal: (count) => `normal (${count})`,
    anomalous: (count) => `anomalies (${count})`,
    calledNormal: "← called normal", calledAnomaly: "called anomalous →",
    slider: "Threshold",
    threshold: (value) => `threshold ${number.score(value)}`,
    meaning: (value, { tpr, fpr }) => `${number.score(value)}: ${number.percent(tpr)} of the anomalies found, ${number.percent(fpr)} of the normal images are false alarms`,
    table: "Confusion table",
    truth: "really", said: { normal: "called normal", anomaly: "called anomalous" },
    rows: { normal: "normal", anomaly: "anomalous" },
    cells: { trueNegatives: "true negatives", falsePositives: "false positives", falseNegatives: "false negatives", truePositives: "true positives" },
    tpr: "True positive rate", fpr: "False positive rate", auc: "AUC",
    rate: (count, all) => `${count} / ${all} = ${all === 0 ? "–" : number.percent(count / all)}`,
    aucMeaning: "the chance that an anomaly scores higher than a normal image",
    curve: (auc) => `ROC curve; the area under it is ${number.fraction(auc)}`,
    noCurve: "ROC curve, not there yet",
    axes: { tpr: "true positive rate", fpr: "false positive rate" },
    chance: "guessing",
  },
};
