/** The model that an element shows, and its scores. */
import { engine, newName } from "../engine/shared.js";
import { Scoring } from "../scoring.js";
import { presetOf, weightsOf } from "./presets.js";

/** Per cent of the normal images that may be flagged: what thresholds are taken at. */
const FALSE_ALARMS = 5;

/** @typedef {{ client: import("../engine/client.js").EngineClient, model: string, card: any, calibration: import("../engine/client.js").Calibration, threshold: number | null }} Loaded */

/**
 * The id of the preset that the attributes ask for: `preset`, or else `anomaly`, a digit of MNIST.
 * @param {import("./element.js").GanomalyElement} element
 */
export function presetId(element) {
  const anomaly = element.number("anomaly", { low: 0, high: 9, otherwise: 0, whole: true });
  return element.getAttribute("preset") || `mnist-${anomaly}`;
}

/** The list's entry of that preset. @param {import("./element.js").GanomalyElement} element */
export function entryOf(element) {
  engine().catch(() => {}); // starts while the list is fetched; who needs it is told if it cannot
  return presetOf(presetId(element), element.text);
}

/**
 * Brings a model into the engine; it leaves with the element.
 * @param {import("./element.js").GanomalyElement} element @param {any} entry @returns {Promise<Loaded>}
 */
export async function modelOf(element, entry) {
  const { signal } = element.life;
  const [client, weights] = await Promise.all([engine(), weightsOf(entry, element.text)]);
  signal.throwIfAborted();
  const model = newName();
  const { card, calibration } = await client.load(weights, model);
  const release = () => client.release(model).catch(() => {}); // an engine that is gone holds nothing
  if (signal.aborted) release();
  else signal.addEventListener("abort", release, { once: true });
  signal.throwIfAborted();
  return { client, model, card, calibration, threshold: calibration.thresholds[FALSE_ALARMS] ?? null };
}

/**
 * Scores samples in their order, and only while somebody can see the element.
 * @param {import("./element.js").GanomalyElement} element @param {Loaded} loaded
 * @param {import("../models/sheet.js").Sheet} sheet @param {number[]} cells of it
 * @param {(results: any[], from: number) => void} scored the scores of the cells from one of them on
 * @param {boolean} [pictures] whether they come with pictures and codes
 * @returns {Promise<void>} when all are scored
 */
export function scoresOf(element, { client, model }, sheet, cells, scored, pictures = false) {
  const { signal } = element.life;
  let from = 0;
  return new Promise((resolve, reject) => {
    new Scoring({
      async waiting() {
        if (from === cells.length) resolve();
        else await element.untilVisible(signal);
        return cells.slice(from);
      },
      isFirst: () => from === 0,
      score: (some) => client.call("score", { images: some.map(sheet.blob), which: "base", pictures, model }),
      done(some, results) {
        signal.throwIfAborted();
        scored(results, from);
        from += some.length;
      },
      failed: reject,
    }).kick();
  });
}
