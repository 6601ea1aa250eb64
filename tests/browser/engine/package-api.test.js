/** The package's API for programs, from loading a model to disposing of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { contentPolicy, pageOf, unpackInto, write } from "../package.js";
import { open, startShared } from "../page.js";

const SENTENCE = /^[\p{Lu}“].*[.]$/su;

const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-api-"));
before(() => {
  unpackInto(folder);
  write(folder, {
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", // the page that stays open between the tests
    "index.html": pageOf("page.js"),
    "page.js": `
import * as api from "./ganomaly/index.js";
import { fetchSheet } from "./ganomaly/models/sheet.js";
const sheet = await fetchSheet("mnist");
const failure = async (act) => {
  try { await act(); } catch (error) { return { name: error.name, message: error.message }; }
  return null;
};
Object.assign(globalThis, { api, failure, digit: (cell) => sheet.blob(cell), digits: (count) => Array.from({ length: count }, (_, cell) => sheet.blob(cell)) });`,
  });
});
after(() => rmSync(folder, { recursive: true }));

/** A page that has `api`, `digit(cell)`, `digits(count)` and `failure(act)`. @param {import("node:test").TestContext} t */
async function apiPage(t) {
  const { server, browser } = await startShared(t, { module: "ganomaly/wasm/ganomaly_bg.wasm", folder, path: "/somewhere/", headers: contentPolicy() });
  const page = await open(t, browser, server.url, { mayComplain: true });
  await page.waitForFunction(() => "api" in globalThis);
  return page;
}

test("presets are the models of the ten digits", async (t) => {
  const page = await apiPage(t);
  const presets = await page.evaluate(() => api.presets());
  assert.deepEqual(presets.map(({ id }) => id), Array.from({ length: 10 }, (_, digit) => `mnist-${digit}`));
  assert.deepEqual(presets[3].card.data.anomalousClasses, ["3"]);
  assert.deepEqual(Object.keys(presets[0]), ["id", "title", "bytes", "card"]);
});

test("a detector scores images of every kind alike, and says what the scores mean", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const detector = await api.Detector.load("mnist-2");
    const blob = digit(2);
    const bitmap = await createImageBitmap(blob);
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const offscreen = new OffscreenCanvas(bitmap.width, bitmap.height);
    offscreen.getContext("2d").drawImage(bitmap, 0, 0);
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const results = await detector.score([blob, bitmap, canvas, offscreen, image, pixels, new Blob(["no image"])]);
    const one = await detector.score(canvas, { pictures: true });
    const none = await detector.score([]);
    const many = await detector.score(new Set(digits(70)));
    const { calibration } = detector;
    return {
      results, none, scores: many.map(({ score }) => score), threshold: detector.threshold(), listed: calibration.thresholds[5], strictest: detector.threshold(0.01),
      rising: [...calibration.scores].every((score, index, all) => index === 0 || score >= all[index - 1]),
      one: { ...one, latents: one.latents.map((z) => z.length), pictures: [one.input, one.reconstruction, one.difference].every((picture) => picture instanceof ImageData && picture.width === 32) },
      backend: detector.backend, name: detector.card.method,
    };
  });
  const unreadable = found.results.pop();
  for (const { score, pValue } of found.results) {
    assert.ok(Math.abs(score / found.one.score - 1) < 1e-5, `${score}, alone ${found.one.score}`);
    assert.ok(pValue > 0 && pValue <= 1);
  }
  assert.match(unreadable.error, SENTENCE);
  assert.deepEqual(found.one.latents, [100, 100]);
  assert.ok(found.one.pictures && found.rising);
  assert.deepEqual(found.none, []);
  assert.equal(found.scores.length, 70);
  assert.ok(new Set(found.scores).size > 60);
  assert.equal(found.threshold, found.listed);
  assert.ok(found.strictest > found.threshold);
  assert.equal(found.backend, "cpu");
  assert.equal(found.name, "ganomaly");
});

test("fine-tuning tells what happens, tunes, and gives the same again from what it saved", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const detector = await api.Detector.load("mnist-2");
    const other = await api.Detector.load("mnist-2");
    const before = (await detector.score(digit(7))).score;
    const events = [];
    let last = null;
    for await (const event of detector.fineTune(digits(20), { epochs: 2, seed: 3 })) {
      events.push(event.type);
      last = event;
    }
    const after = (await detector.score(digit(7))).score;
    const again = await api.Detector.load(detector.save());
    const bytes = await api.Detector.load(await detector.save().arrayBuffer());
    return {
      events, before, after, isItself: last.detector === detector, heldOut: last.heldOut, unreadable: last.unreadable,
      again: (await again.score(digit(7))).score, bytes: (await bytes.score(digit(7))).score, other: (await other.score(digit(7))).score,
      from: detector.card.fineTunedFrom, strict: detector.threshold(0.05), generous: detector.threshold(0.2),
    };
  });
  const kinds = [...new Set(found.events)];
  assert.equal(kinds[0], "started");
  assert.equal(found.events.at(-1), "finished");
  assert.equal(found.events.filter((type) => type === "epoch").length, 2);
  assert.ok(kinds.includes("step") && kinds.includes("samples") && !kinds.includes("checkpoint"));
  assert.ok(found.isItself);
  assert.equal(found.heldOut, 4);
  assert.deepEqual(found.unreadable, []);
  assert.notEqual(found.after, found.before);
  assert.equal(found.again, found.after);
  assert.equal(found.bytes, found.after);
  assert.equal(found.other, found.before, "another detector stays as it is");
  assert.ok(found.from);
  assert.equal(found.strict, null, "4 images cannot promise 5 %");
  assert.ok(found.generous > 0);
});

test("a run that is aborted or left leaves the detector as it was, and the next one runs", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const detector = await api.Detector.load("mnist-2");
    const score = async () => (await detector.score(digit(7))).score;
    const scores = [await score()];
    const run = async (options, onEvent) => { for await (const event of detector.fineTune(digits(12), { epochs: 200, ...options })) if (onEvent(event)) break; };
    const stop = new AbortController();
    const aborted = await failure(() => run({ signal: stop.signal }, (event) => { if (event.type === "step") stop.abort(new Error("Enough.")); }));
    scores.push(await score());
    await run({}, (event) => event.type === "step"); // leaves the loop
    scores.push(await score());
    const early = await failure(() => run({ signal: AbortSignal.abort() }, () => {}));
    // A run that still waits for its turn.
    const waiting = new AbortController();
    const first = run({ epochs: 2 }, () => {});
    const second = failure(() => run({ signal: waiting.signal }, () => {}));
    waiting.abort();
    const [, waited] = await Promise.all([first, second]);
    const tuned = await score();
    await failure(() => run({}, (event) => { if (event.type === "epoch") throw new Error("The program failed."); }));
    return { aborted, early, waited, scores, tuned, still: await score() };
  });
  assert.deepEqual(found.aborted, { name: "Error", message: "Enough." });
  assert.equal(found.early.name, "AbortError");
  assert.equal(found.waited.name, "AbortError");
  assert.equal(new Set(found.scores).size, 1);
  assert.notEqual(found.tuned, found.scores[0]);
  assert.equal(found.still, found.tuned, "what was tuned before stays");
});

test("loading and scoring can be aborted, too", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const stop = new AbortController();
    const loading = failure(() => api.Detector.load("mnist-2", { signal: stop.signal }));
    stop.abort();
    const detector = await api.Detector.load("mnist-2");
    const late = new AbortController();
    const scoring = failure(() => detector.score(digits(100), { signal: late.signal }));
    setTimeout(() => late.abort(), 5);
    return { loading: await loading, scoring: await scoring, early: await failure(() => detector.score(digit(1), { signal: AbortSignal.abort() })), works: (await detector.score(digit(1))).score };
  });
  for (const one of [found.loading, found.scoring, found.early]) assert.equal(one.name, "AbortError");
  assert.ok(Number.isFinite(found.works));
});

test("a detector that was disposed of says so, and takes its run along", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const detector = await api.Detector.load("mnist-2");
    const run = failure(async () => { for await (const event of detector.fineTune(digits(12), { epochs: 500 })) if (event.type === "step") detector.dispose(); });
    const messages = [await run, await failure(() => detector.score(digit(1))), await failure(async () => { for await (const _ of detector.fineTune(digits(4))); })];
    detector.dispose();
    const other = await api.Detector.load("mnist-3");
    return { messages: messages.map(({ message }) => message), other: (await other.score(digit(1))).score };
  });
  for (const message of found.messages) assert.match(message, /disposed of/);
  assert.ok(Number.isFinite(found.other));
});

test("what cannot be done is said in a sentence", async (t) => {
  const page = await apiPage(t);
  const found = await page.evaluate(async () => {
    const { Detector } = api;
    const detector = await Detector.load("mnist-2");
    const tune = (images, options) => async () => { for await (const _ of detector.fineTune(images, options)); };
    const failures = {
      preset: () => Detector.load("mnist-11"), address: () => Detector.load("nowhere/model.safetensors"), number: () => Detector.load(42),
      weights: () => Detector.load(new Blob(["these are no weights"])),
      image: () => detector.score([42]), images: () => detector.score("digit.png"), unreadable: () => detector.score(new Blob(["no image"])),
      empty: () => detector.score(Object.assign(document.createElement("canvas"), { width: 0 })),
      rate: async () => detector.threshold(0.5), between: async () => detector.threshold(0.055),
      few: tune(digits(1)), none: tune([]), epochs: tune(digits(5), { epochs: 0 }), half: tune(digits(5), { epochs: 1.5 }), batch: tune(digits(5), { batchSize: -1 }),
      rateOfLearning: tune(digits(5), { learningRate: 7 }), word: tune(digits(5), { epochs: "many" }), seed: tune(digits(5), { seed: -1 }),
    };
    return Promise.all(Object.entries(failures).map(async ([name, act]) => [name, await failure(act)]));
  });
  for (const [name, error] of found) {
    t.diagnostic(`${name}: ${error?.message}`);
    assert.match(error?.message ?? "nothing failed", SENTENCE, name);
    assert.doesNotMatch(error.message, /deserialize|undefined|JsValue/, name);
  }
  const message = Object.fromEntries(found.map(([name, error]) => [name, error.message]));
  assert.match(message.preset, /mnist-11.*mnist-0, mnist-1/s);
  assert.match(message.address, /HTTP 404/);
});
