/**
 * Stands in for engine/worker.js where a test is about the page around the engine: it answers at once, and the same
 * every time. Images are judged by the size of their file, so that a test knows what to expect: those larger than
 * ODD_BYTES are anomalies. Normal images that end with UNREADABLE cannot be read. What a file of a data set is, its folder says: see ROLES.
 */
import { atOnce, serve } from "../rpc.js"; // as it is served, in pkg/engine/
import { calibrationOf, cardOf, trainingOf } from "./stand-in.js";

/** @import { Engine, Sorted } from "./stand-in.js" */

const UNREADABLE = "unreadable";
const ODD_BYTES = 1000;
/** Unless a test wants more: then it wants to see them pass, and the run does not end before it is stopped or cancelled. */
const EPOCHS = 6;
const EPOCH_MS = 20;
const LONG_EPOCH_MS = 150;
const FIRST_RATE = 0.05;
/** @type {[RegExp, Sorted["role"]][]} */
const ROLES = [[/\.txt$/, "other"], [/masks\//, "mask"], [/train\//, "normal"], [/test\/good\//, "normalTest"], [/test\//, "anomaly"]];

let action = "";
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const picture = (value) => ({ width: 4, height: 4, rgba: new Uint8Array(64).fill(value) });
const lossesAt = (step) => ({ adversarial: 1 / step, contextual: 2 / step, encoder: 3 / step, generator: 6 / step, discriminator: 0.5 });
const calibration = (count) => calibrationOf(Array.from({ length: count }, (_, index) => 0.1 + index / (10 * count)));

/** What is asked for, as the engine would settle it. */
function recipe({ count, request: { size = 32, channels = 1, epochs = EPOCHS, batchSize, learningRate } }) {
  const held = Math.floor(count / 4);
  return {
    model: cardOf("", { size, channels }).model, training: trainingOf({ epochs, batchSize, learningRate }),
    shares: { training: count - 2 * held, validation: held, calibration: held }, strictestRate: 1 / (held + 1), sample: [0, 1, 2].filter((place) => place < count),
  };
}

/** @type {Engine["sortFiles"]} */
async function sortFiles({ paths }) {
  const sorted = paths.map((path) => {
    const [, role] = ROLES.find(([folder]) => folder.test(path)) ?? [null, "unknown"];
    return /** @type {Sorted} */ ({ role, group: role === "unknown" || role === "other" ? "" : path.split("/").slice(role === "anomaly" ? -2 : 0, -1).join("/") });
  });
  return sorted.some(({ role }) => role === "mask" || role === "anomaly") ? sorted : [];
}

/** @type {Engine["learn"]} */
async function learn({ normals, request, checkpoint }, { send }) {
  action = "";
  const unreadable = [];
  for (let done = 1; done <= normals.length; done++) {
    if ((await normals[done - 1].text()).endsWith(UNREADABLE)) unreadable.push({ index: done - 1, error: "it cannot be decoded" });
    send({ type: "read", done, total: normals.length });
  }
  const { shares, training: { epochs, batchSize } } = recipe({ count: normals.length, request });
  const firstEpoch = checkpoint ? Number(await checkpoint.text()) : 0;
  const stepsPerEpoch = 4;
  const isLong = epochs > EPOCHS;
  const epochMs = isLong ? LONG_EPOCH_MS : EPOCH_MS;
  send({ type: "started", epochs, stepsPerEpoch, images: shares.training, batchSize, firstEpoch, losses: Object.keys(lossesAt(1)) });
  let stopped = false;
  for (let epoch = firstEpoch + 1; epoch <= epochs && !stopped; epoch++) {
    for (let part = 1; part <= stepsPerEpoch; part++) {
      while (action === "pause" || (isLong && epoch === epochs && action !== "stop" && action !== "cancel")) await pause(20);
      await pause(epochMs / stepsPerEpoch);
      const step = (epoch - 1) * stepsPerEpoch + part;
      send({ type: "step", epoch, step, steps: epochs * stepsPerEpoch, losses: lossesAt(step), imagesPerSecond: 100, secondsLeft: 1 });
    }
    send({ type: "samples", epoch, inputs: [picture(200)], reconstructions: [picture(100 + epoch)] });
    send({ type: "epoch", epoch, losses: lossesAt(epoch * stepsPerEpoch), seconds: 0.1, validation: 1 / epoch, bestEpoch: epoch });
    send({ type: "checkpoint", epoch, bytes: new Blob([String(epoch)]) });
    if (action === "cancel") return { cancelled: true };
    stopped = action === "stop";
  }
  return {
    card: cardOf(request.name, { epochsTrained: epochs }), calibration: calibration(shares.calibration), weights: new Blob([`model ${request.name}`]), stopped,
    shares, sight: { pixels: 32, trials: [{ defect: "scratch", share: 0.16, scores: [0.9, 0.9] }, { defect: "stain", share: 0.16, scores: [0.1, 0.1] }] },
    known: Array.from({ length: shares.training }, (_, place) => place).filter((place) => unreadable.every(({ index }) => index !== place)), unreadable,
  };
}

/** @type {Omit<Engine, "explain" | "discoveryLimit" | "judge">} */
const methods = {
  start: async () => ({ backend: "cpu", adapter: "a stand-in", reason: "" }),
  control: atOnce((params) => { action = params.action; }),
  recipe: async (params) => recipe(params),
  sortFiles: atOnce(sortFiles),
  learn,
  suited: async ({ request }) => ({ width: 40, height: 30, channels: 1, framing: request.framing }),
  asSeen: async () => picture(120),
  found: async ({ sight, limit }) => ({
    seen: sight.trials.map(({ defect, scores }) => ({ defect, from: scores[0] > limit ? 12 : undefined })), share: 0.5, isUseful: true,
  }),
  hasDrifted: async () => false,
  defects: async () => [picture(90), picture(60)],
  load: async ({ weights }) => {
    if (!(await weights.text()).startsWith("model ")) throw new Error("this is no model");
    return { card: cardOf("loaded"), calibration: calibration(5) };
  },
  score: async ({ images }) => Promise.all(images.map(async (image) => {
    const { byteLength } = await image.arrayBuffer();
    const isOdd = byteLength > ODD_BYTES;
    return { score: isOdd ? 0.9 : 0.1, pValue: isOdd ? FIRST_RATE / 2 : 0.6 };
  })),
};

serve(methods, { inTurn: true });
