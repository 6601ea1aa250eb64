import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { TINY_SKIP_WEIGHTS, TINY_WEIGHTS } from "../fixtures.js";
import { addOwnImages, engineIs, largestDifference, open, openWeights, scores, start } from "../page.js";

const TOLERANCE = 1e-3; // of the score
const IMAGES = new URL("../images/", import.meta.url);

// The JSON files hold the native program's scores of the files in images/:
//   ganomaly score --device cpu --weights tests/browser/tiny.safetensors --json tests/browser/tiny-scores.json tests/browser/images
for (const [method, weights, list] of [
  ["GANomaly", TINY_WEIGHTS, "../tiny-scores.json"], ["Skip-GANomaly", TINY_SKIP_WEIGHTS, "../tiny-skip-scores.json"],
]) {
  test(`the CPU, WebGPU and the native program give the same scores: ${method}`, (t) => compareScores(t, weights, nativeScores(list)));
}

async function compareScores(t, weights, native) {
  const { server, browser } = await start(t);
  const files = readdirSync(IMAGES).map((name) => ({ name, mimeType: "image/png", buffer: readFileSync(new URL(name, IMAGES)) }));
  const found = {};
  for (const backend of /** @type {const} */ (["cpu", "webgpu"])) {
    const page = await open(t, browser, `${server.url}?backend=${backend}`);
    await engineIs(page, backend);
    await openWeights(page, weights);
    await addOwnImages(page, files);
    found[backend] = await scores(page);
    assert.equal(found[backend].size, files.length);
    await engineIs(page, backend);
    await page.close();
  }
  for (const [title, some, others] of [
    ["WebGPU and CPU", found.webgpu, found.cpu], ["CPU and native", found.cpu, native], ["WebGPU and native", found.webgpu, native],
  ]) {
    const difference = largestDifference(some, others);
    t.diagnostic(`${title}: scores differ by at most ${difference.toExponential(1)} of the score`);
    assert.ok(difference < TOLERANCE, title);
  }
}

function nativeScores(list) {
  const { images } = JSON.parse(readFileSync(new URL(list, import.meta.url), "utf8"));
  return new Map(images.map(({ file, score }) => [file.split("/").at(-1), score]));
}
