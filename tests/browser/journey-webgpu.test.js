import assert from "node:assert/strict";
import { test } from "node:test";
import { TINY_WEIGHTS } from "./fixtures.js";
import { bringOwnImages, compareAndExport, tuneWithPause } from "./journey.js";
import { allScored, engineIs, open, openWeights, shoot, start } from "./page.js";

// A small network: in tests WebGPU is usually a program that computes on the CPU.
test("the whole journey on WebGPU", async (t) => {
  const { server, browser } = await start(t);
  const page = await open(t, browser, `${server.url}?backend=webgpu`);
  await engineIs(page, "webgpu");
  t.diagnostic(await page.textContent("#backend-status"));
  await openWeights(page, TINY_WEIGHTS);
  assert.match(await page.textContent("#model-status"), /^“tiny.safetensors” is loaded/);
  await allScored(page);
  await shoot(page, "webgpu-scored");

  await bringOwnImages(page, "webgpu");
  await tuneWithPause(page, "webgpu", { epochs: 6, batchSize: 4 });
  await compareAndExport(page, "webgpu");
  await engineIs(page, "webgpu");
});
