import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { TINY_SKIP_WEIGHTS, TINY_WEIGHTS } from "../fixtures.js";
import { bringOwnImages, compareAndExport, tuneWithPause } from "../journey.js";
import { allScored, engineIs, open, openWeights, shoot, start } from "../page.js";

// Small networks: in tests WebGPU is usually a program that computes on the CPU.
for (const [method, weights] of [["GANomaly", TINY_WEIGHTS], ["Skip-GANomaly", TINY_SKIP_WEIGHTS]]) {
  test(`the whole journey on WebGPU: ${method}`, async (t) => {
    const { server, browser } = await start(t);
    const page = await open(t, browser, `${server.url}?backend=webgpu`);
    await engineIs(page, "webgpu");
    t.diagnostic(await page.textContent("#backend-status"));
    await openWeights(page, weights);
    assert.match(await page.textContent("#model-status"), new RegExp(`^“${path.basename(weights)}” is loaded. MNIST, ${method}: `));
    await allScored(page);
    const name = `webgpu-${method.toLowerCase()}`;
    await shoot(page, `${name}-scored`);

    await bringOwnImages(page, name);
    await tuneWithPause(page, name, { epochs: 6, batchSize: 4 });
    await compareAndExport(page, name);
    await engineIs(page, "webgpu");
  });
}
