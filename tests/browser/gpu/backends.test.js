import assert from "node:assert/strict";
import { test } from "node:test";
import { ring, rings, TINY_WEIGHTS } from "../fixtures.js";
import { allChecked, bring, createProject, openTool } from "../inspect.js";
import { addOwnImages, allScored, engineIs, messages, open, openWeights, PATIENCE_MS, phaseIs, scores, shoot, start, startTuning } from "../page.js";

/** Run in the worker before the page's own code: takes the graphics card away when told to. */
const LOSABLE_GPU = `{
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...description) {
    const device = await request.apply(this, description);
    new BroadcastChannel("lose the GPU").onmessage = () => device.destroy();
    return device;
  };
}
`;

const loseGpu = (page) => page.evaluate(() => new BroadcastChannel("lose the GPU").postMessage(null));

test("a GPU lost in the middle of fine-tuning: the CPU goes on from the last checkpoint", async (t) => {
  const { server, browser } = await start(t, { workerPrelude: LOSABLE_GPU });
  const page = await open(t, browser, `${server.url}?backend=webgpu`, { mayComplain: true });
  await engineIs(page, "webgpu");
  await openWeights(page, TINY_WEIGHTS);
  await addOwnImages(page, [ring(100), ring(101)]);
  const before = await scores(page);
  await page.setInputFiles("#normals-files", rings(10));
  await startTuning(page, { epochs: 4, batchSize: 4 });
  const epochs = await watchEpochs(page);
  await page.waitForFunction(() => /^epoch 2 of 4 · step [34] /.test(document.querySelector("#run-numbers").textContent));
  await loseGpu(page);

  await engineIs(page, "cpu");
  assert.match((await messages(page, "page")).join(), /The graphics card was lost\. The CPU goes on, a fine-tuning from its last finished epoch; nothing that was loaded is lost\./);
  await phaseIs(page, "over");
  assert.match(await page.textContent("#run-state"), /^Done\. 2 images held out/);
  const seen = await epochs();
  assert.ok(seen.includes(4) && seen.every((epoch, index) => index === 0 || epoch >= 2 || seen[index - 1] < 2), `epochs ${seen}`);
  await allScored(page);
  assert.equal((await scores(page)).size, 2, "the images are still there");
  await shoot(page, "gpu-lost");
  await page.check("[data-testid=which-base]", { force: true });
  await page.waitForSelector("[data-testid=card][data-which=base]");
  assert.deepEqual([...(await scores(page)).keys()].sort(), [...before.keys()].sort());
});

test("a GPU lost in the middle of learning: the CPU goes on from the last state that was kept", async (t) => {
  const page = await openTool(t, await start(t, { workerPrelude: LOSABLE_GPU }), { mayComplain: true });
  await page.check("[data-testid=backend-webgpu]", { force: true });
  await engineIs(page, "webgpu");
  await createProject(page, "Lost");
  await bring(page, "normals", rings(10));
  await page.click("#settings summary");
  await page.selectOption("#setting-method", "ganomaly");
  await page.fill("#setting-epochs", "4");
  await page.keyboard.press("Tab");
  await page.click("#learn-start");
  // A GPU made of software takes its time.
  await page.waitForFunction(() => /^Kept after epoch 1/.test(document.querySelector("#learn-kept").textContent), undefined, { timeout: 3 * PATIENCE_MS });
  const steps = await watchNumbers(page, "stepsSeen", /step (\d+)/);
  const all = Number((await page.textContent("#run-numbers")).match(/step \d+ of (\d+)/)[1]);
  await loseGpu(page);

  await engineIs(page, "cpu");
  assert.match((await messages(page, "page")).join(), /The graphics card was lost\. The CPU goes on/);
  await page.waitForSelector("#run[data-phase=over]");
  await page.waitForSelector("#learn-trained[data-model=true]");
  const seen = await steps();
  assert.ok(seen.length > 0 && seen.every((step) => step >= all / 4), `steps ${seen} of ${all}`);
  await bring(page, "images", [ring(100), ring(101)]);
  await allChecked(page);
  await shoot(page, "gpu-lost-learning");
});

/** Every epoch that the page shows, in order. */
const watchEpochs = (page) => watchNumbers(page, "epochsSeen", /epoch (\d+)/);

/** Every number of a kind that the page shows of a run from now on, in order. @param {RegExp} kind with the number in brackets */
async function watchNumbers(page, name, kind) {
  await page.evaluate(([key, source]) => {
    const seen = (window[key] = []);
    const look = () => {
      const number = Number(document.querySelector("#run-numbers").textContent.match(source)?.[1]);
      if (number && number !== seen.at(-1)) seen.push(number);
    };
    new MutationObserver(look).observe(document.querySelector("#run-numbers"), { childList: true, characterData: true, subtree: true });
  }, [name, kind.source]);
  return () => page.evaluate((key) => window[key], name);
}

test("a GPU lost while scoring: the CPU goes on", async (t) => {
  const { server, browser } = await start(t, { workerPrelude: LOSABLE_GPU });
  const page = await open(t, browser, `${server.url}?backend=webgpu`, { mayComplain: true });
  await engineIs(page, "webgpu");
  await openWeights(page, TINY_WEIGHTS);
  await allScored(page);
  await loseGpu(page);
  await addOwnImages(page, rings(4));
  await engineIs(page, "cpu");
  assert.equal((await scores(page)).size, 4);
  assert.match((await messages(page, "page")).join(), /The graphics card was lost/);
});

for (const [title, prelude, reason] of [
  ["no WebGPU", "delete WorkerNavigator.prototype.gpu;\n", /this browser offers no WebGPU/],
  ["no graphics card", "GPU.prototype.requestAdapter = async () => null;\n", /found no usable graphics card/],
  ["a graphics card that cannot be used", "GPUAdapter.prototype.requestDevice = async () => { throw new Error(\"none left\"); };\n", /WebGPU could not be used/],
]) {
  test(`${title}: the page says so and works on the CPU`, async (t) => {
    const { server, browser } = await start(t, { workerPrelude: prelude });
    const page = await open(t, browser, server.url, { mayComplain: true });
    await engineIs(page, "cpu");
    assert.match(await page.textContent("#backend-status"), reason);
    await allScored(page);
    await shoot(page, title.replaceAll(" ", "-"), { fullPage: false });
  });
}

test("switching between the backends keeps the models, the images and the scores", async (t) => {
  const { server, browser } = await start(t);
  const page = await open(t, browser, `${server.url}?backend=webgpu`);
  await engineIs(page, "webgpu");
  await openWeights(page, TINY_WEIGHTS);
  await addOwnImages(page, rings(3));
  const before = await scores(page);
  for (const backend of /** @type {const} */ (["cpu", "webgpu"])) {
    await page.click(`[data-testid=backend-${backend}]`);
    await engineIs(page, backend);
    assert.deepEqual(await scores(page), before);
    assert.match(await page.textContent("#model-status"), /^“tiny.safetensors” is loaded/);
  }
  await page.click("[data-testid=backend-cpu]");
  await addOwnImages(page, [ring(50)]);
  await engineIs(page, "cpu");
  assert.equal((await scores(page)).size, 4);
});
