/** What the lesson says of the images of <ganomaly-latent>, computed anew. */
import { pca } from "../../pkg/elements/latent/pca.js";
import { areaUnder, rocPoints } from "../../pkg/elements/roc/curve.js";
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
 * The element's own images, scored by the element's own code.
 * @param {import("./page.js").Page} page of the site @param {number} digit the anomaly
 * @returns {Promise<Mark[]>}
 */
const marksOf = (page, digit) => page.evaluate(async ({ digit, each }) => {
  const module = (file) => import(new URL(`elements/${file}`, document.baseURI).href);
  const [{ collect, scoreAll }, { presetOf }, { textOf }] = await Promise.all(["latent/scoring.js", "presets.js", "text/index.js"].map(module));
  const text = textOf("en");
  const entry = await presetOf(`mnist-${digit}`, text);
  const collection = await collect(entry, each, text);
  await scoreAll(entry, collection, { text, signal: new AbortController().signal, onPortion: async () => {} });
  const mean = (first, second, distance) => first.reduce((sum, value, index) => sum + distance(value - second[index]), 0) / first.length;
  return collection.marks.map(({ isAnomaly, scored: { score, input, reconstruction, latents } }) => {
    const [x, again] = [input, reconstruction].map(({ rgba }) => Array.from(rgba).filter((_, index) => index % 4 === 0));
    return { isAnomaly, score, absolute: mean(x, again, Math.abs), squared: mean(x, again, (one) => one * one), latents: latents.map((one) => Array.from(one)) };
  });
}, { digit, each: EACH });

/** @param {Mark[]} marks @param {"score" | "absolute" | "squared"} by */
function auc(marks, by) {
  const [normal, anomalous] = [false, true].map((kind) => marks.filter(({ isAnomaly }) => isAnomaly === kind).map((mark) => mark[by]));
  return areaUnder(rocPoints({ normal, anomalous }));
}

/** The share of the squared distance |z − z′|² that the map, the first two principal components of z, does not show. @param {Mark[]} marks */
function hidden(marks) {
  const { axes } = pca(marks.map(({ latents: [z] }) => z));
  const square = (values) => values.reduce((sum, value) => sum + value * value, 0);
  const distances = marks.map(({ latents: [z, again] }) => z.map((value, index) => value - again[index]));
  const along = distances.map((distance) => axes.map((axis) => axis.reduce((sum, value, index) => sum + value * distance[index], 0)));
  return 1 - square(along.map(square).map(Math.sqrt)) / square(distances.map(square).map(Math.sqrt));
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
    figures.push({ digit, images: marks.length, latent: auc(marks, "score"), absolute: auc(marks, "absolute"), squared: auc(marks, "squared"), hidden: hidden(marks) });
  }
  return figures;
}
