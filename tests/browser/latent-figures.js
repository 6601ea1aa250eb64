/** What the lesson says of the images of <ganomaly-latent>, computed anew. */
import { pca } from "../../pkg/elements/latent/pca.js";
import { areaUnder, rocPoints } from "../../pkg/rules.js";
import { open, start } from "./page.js";

/** Images of each class, the element's default. */
const EACH = 20;

/**
 * @typedef {object} Mark an image as the networks see it
 * @property {boolean} isAnomaly
 * @property {number} score the distance of z and z′
 * @property {number} absolute mean |x − x′|
 * @property {number} squared mean (x − x′)²
 * @property {number[][]} latents z and z′
 */

/**
 * The images that the element shows, scored by the package.
 * @param {import("./page.js").Page} page of the site @param {number} digit the anomaly
 * @returns {Promise<Mark[]>}
 */
const marksOf = (page, digit) => page.evaluate(async ({ digit, each }) => {
  const module = (file) => import(new URL(file, document.baseURI).href);
  const [{ Detector }, { samplesOf }, { textOf }] = await Promise.all(["pkg/index.js", "pkg/elements/presets.js", "pkg/elements/text/index.js"].map(module));
  const sheet = await samplesOf("mnist", textOf("en"));
  const shown = sheet.classes.flatMap((name) => sheet.cells.get(name).slice(0, each).map((cell) => ({ image: sheet.blob(cell), isAnomaly: name === String(digit) })));
  const detector = await Detector.load(`mnist-${digit}`);
  const scores = await detector.score(shown.map(({ image }) => image), { pictures: true });
  detector.dispose();
  const mean = (first, second, distance) => first.reduce((sum, value, index) => sum + distance(value - second[index]), 0) / first.length;
  return scores.map(({ score, input, reconstruction, latents }, index) => {
    const [x, again] = [input, reconstruction].map(({ data }) => Array.from(data).filter((_, channel) => channel % 4 === 0));
    return { isAnomaly: shown[index].isAnomaly, score, absolute: mean(x, again, Math.abs), squared: mean(x, again, (one) => one * one), latents: latents.map((one) => Array.from(one)) };
  });
}, { digit, each: EACH });

/** @param {Mark[]} marks @param {"score" | "absolute" | "squared"} by */
function auc(marks, by) {
  const [normal, anomalous] = [false, true].map((kind) => marks.filter(({ isAnomaly }) => isAnomaly === kind).map((mark) => mark[by]));
  return areaUnder(rocPoints({ normal, anomalous }));
}

/** How much of the variance of z, and of the squared distance |z − z′|², the map shows: the first two principal components of z. @param {Mark[]} marks */
function shown(marks) {
  const { axes, shares } = pca(marks.map(({ latents: [z] }) => z));
  const square = (values) => values.reduce((sum, value) => sum + value * value, 0);
  const distances = marks.map(({ latents: [z, again] }) => z.map((value, index) => value - again[index]));
  const along = distances.map((distance) => axes.map((axis) => axis.reduce((sum, value, index) => sum + value * distance[index], 0)));
  return { variance: shares[0] + shares[1], distance: square(along.flat()) / square(distances.flat()) };
}

/**
 * @param {import("node:test").TestContext} t
 * @param {number[]} digits each in turn as the anomaly
 */
export async function latentFigures(t, digits) {
  const { server, browser } = await start(t);
  const page = await open(t, browser, `${server.url}teach.html`);
  const figures = [];
  for (const digit of digits) {
    const marks = await marksOf(page, digit);
    figures.push({ digit, images: marks.length, latent: auc(marks, "score"), absolute: auc(marks, "absolute"), squared: auc(marks, "squared"), ...shown(marks) });
  }
  return figures;
}
