/**
 * Stands in for engine/worker.js in the tests of the results: scores come with the planted project (results-project.js),
 * new images are scored by the size of their file. Tells on the channel "stand-in" how many calls of a kind were
 * waiting at once at most, how many images came with this one and how large the first is; a kind is a method, or "frame"
 * for a frame of the camera. The limit for a batch at HELD_RATE is not
 * answered before the page says so on the channel "release".
 */
import { atOnce, serve } from "../rpc.js"; // as it is served, in pkg/engine/
import { calibrationOf, cardOf } from "./stand-in.js";

/** @import { Engine } from "./stand-in.js" */

const HELD_RATE = 0.03;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const channel = new BroadcastChannel("stand-in");

/** A heatmap whose left half is odd. */
function heatmap(red, blue) {
  const rgba = new Uint8Array(8 * 8 * 4);
  for (let at = 0; at < 64; at++) rgba.set(at % 8 < 4 ? [red, 40, blue, 200] : [0, 0, 0, 0], at * 4);
  return { width: 8, height: 8, rgba };
}

const tile = (left, top, score) => ({ region: { left, top, width: 0.5, height: 0.5 }, score });
/** @returns {Extract<Awaited<ReturnType<Engine["explain"]>>, { terms: any }>} */
const explanation = () => ({
  score: 0.7, pValue: 0.02, complexity: 0.5, input: heatmap(0, 0), reconstruction: heatmap(0, 0),
  terms: [{ name: "relative-error", value: 0.2, typical: 0.25, contribution: -0.05 }, { name: "features", value: 0.8, typical: 0.2, contribution: 0.6 }],
  width: 8, height: 8, spots: [], heatmaps: { reconstruction: heatmap(255, 0), features: heatmap(0, 255) },
  nearest: [{ index: 3, distance: 0.11 }, { index: 2, distance: 0.12 }, { index: 0, distance: 0.25 }],
  tiles: [tile(0, 0, 0.1), tile(0.5, 0, 0.2), tile(0, 0.5, 0.7), tile(0.5, 0.5, 0.3)],
});

/** Benjamini and Hochberg. */
async function discoveryLimit({ pValues, rate }) {
  if (rate === HELD_RATE) await new Promise((resolve) => { new BroadcastChannel("release").onmessage = resolve; });
  const rising = [...pValues].sort((a, b) => a - b);
  const last = rising.findLastIndex((pValue, index) => pValue <= (rate * (index + 1)) / rising.length + 1e-9);
  return last < 0 ? null : rising[last];
}

/** @type {Engine["judge"]} */
async function judge({ normal, anomalous }) {
  if (!(normal instanceof Float32Array && anomalous instanceof Float32Array)) throw new Error("scores are lists of 32-bit numbers");
  return { auc: 0.875, prAuc: 0.9, bestF1: 0.8, bestF1Threshold: 0.42, roc: [[0, 0], [0, 0.5], [0.25, 0.5], [0.25, 1], [1, 1]] };
}

/** @type {Pick<Engine, "start" | "load" | "recipe" | "discoveryLimit" | "judge" | "explain" | "score">} */
const methods = {
  start: async () => ({ backend: "cpu", adapter: "a stand-in", reason: "" }),
  load: async () => ({ card: cardOf("Welds", { channels: 3 }), calibration: calibrationOf([0.1, 0.2]) }),
  recipe: async () => { throw new Error("not asked here"); },
  discoveryLimit,
  judge,
  async explain({ image }) {
    await pause(30);
    if ((await image.text()).startsWith("broken")) return { error: "it cannot be decoded" };
    return explanation();
  },
  score: ({ images }) => Promise.all(images.map(async (image) => {
    await pause(40);
    const { byteLength } = await image.arrayBuffer();
    return byteLength > 1000 ? { score: 0.9, pValue: 0.01 } : { score: 0.1, pValue: 0.6 };
  })),
};

const waiting = {};
const most = {};
const kindOf = (method, params) => (params.images?.[0].type === "image/bmp" ? "frame" : method);
addEventListener("message", ({ data: { method, params } }) => {
  const kind = kindOf(method, params);
  waiting[kind] = (waiting[kind] ?? 0) + 1;
  most[kind] = Math.max(most[kind] ?? 0, waiting[kind]);
  channel.postMessage({ kind, most: most[kind], images: params.images?.length, bytes: params.images?.[0].size });
});
const counted = Object.fromEntries(Object.entries(methods).map(([method, answer]) => [method, async (params) => {
  try {
    return await answer(params);
  } finally {
    waiting[kindOf(method, params)] -= 1;
  }
}]));
serve({ ...counted, discoveryLimit: atOnce(counted.discoveryLimit) }, { inTurn: true });
