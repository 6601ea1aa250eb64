import assert from "node:assert/strict";
import { test } from "node:test";
import { bringOwnImages, compareAndExport, tuneWithPause } from "../journey.js";
import { allScored, cards, engineIs, nextFrame, open, phaseIs, scores, shoot, start, startShared, startTuning } from "../page.js";

test("the whole journey on the CPU", async (t) => {
  const { server, browser } = await start(t);
  const opened = performance.now();
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await page.waitForSelector("[data-testid=card]:not([data-score=''])[data-score]");
  const waited = performance.now() - opened;
  t.diagnostic(`first score ${(waited / 1000).toFixed(1)} s after opening`);
  const models = server.requests.filter((one) => one.endsWith(".safetensors"));
  assert.equal(models.length, 1, "the first score takes one model");
  await engineIs(page, "cpu");
  await allScored(page);
  await shoot(page, "cpu-scored");
  const builtIn = await cards(page);
  assert.ok(builtIn.length >= 20 && builtIn.every(({ score, verdict }) => score > 0 && verdict !== ""));

  await bringOwnImages(page, "cpu");
  await tuneWithPause(page, "cpu", { epochs: 30, batchSize: 4 });
  await compareAndExport(page, "cpu");
});

test("the page answers while it trains; a cancelled run changes nothing", async (t) => {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await allScored(page);
  const before = await scores(page);
  await page.click("#normals-builtin");
  await startTuning(page, { epochs: 1000, batchSize: 16 });
  await page.waitForSelector("#losses .value:not(:empty)");
  await measureClicks(t, page);
  await page.click("#run-cancel");
  await phaseIs(page, "over");
  assert.match(await page.textContent("#run-state"), /^Cancelled\. The model is as it was before/);
  assert.ok(await page.isHidden("#comparison"));
  await page.click("[data-testid=set-builtin]");
  await allScored(page);
  assert.deepEqual(await scores(page), before);
});

/** Clicks on things that redraw the page, and how long each took to be answered and drawn. */
async function measureClicks(t, page) {
  await page.evaluate(() => {
    const times = (window.answerTimes = []);
    addEventListener("click", (event) => {
      const answered = new MessageChannel();
      answered.port1.onmessage = () => times.push(performance.now() - event.timeStamp);
      requestAnimationFrame(() => answered.port2.postMessage(null));
    });
  });
  for (let round = 0; round < 10; round++) {
    for (const set of ["own", "builtin"]) {
      await page.click(`[data-testid=set-${set}]`);
      await nextFrame(page);
    }
  }
  const times = (await page.evaluate(() => window.answerTimes)).sort((a, b) => a - b);
  assert.equal(await page.getAttribute("#run", "data-phase"), "running", "the clicks came while it trained");
  const share = (part) => times[Math.floor((times.length - 1) * part)];
  t.diagnostic(`clicks while training: answered and drawn after ${share(0.5).toFixed(0)} ms (median), ${share(0.8).toFixed(0)} ms (four in five), ${share(1).toFixed(0)} ms (worst)`);
  assert.equal(times.length, 20, "all were answered");
}
