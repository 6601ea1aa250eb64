import assert from "node:assert/strict";
import { test } from "node:test";
import { bringOwnImages, compareAndExport, tuneWithPause } from "./journey.js";
import { allScored, cards, engineIs, nextFrame, open, shoot, start } from "./page.js";

const FIRST_SCORE_MS = 5000;
const CLICK_MS = 100;

test("the whole journey on the CPU", async (t) => {
  const { server, browser } = await start(t);
  const opened = performance.now();
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await page.waitForSelector("[data-testid=card]:not([data-score=''])[data-score]");
  const waited = performance.now() - opened;
  t.diagnostic(`first score ${(waited / 1000).toFixed(1)} s after opening`);
  assert.ok(waited < FIRST_SCORE_MS, `the first score took ${waited} ms`);
  await engineIs(page, "cpu");
  await allScored(page);
  const builtIn = await cards(page);
  assert.ok(builtIn.length >= 20 && builtIn.every(({ score, verdict }) => score > 0 && verdict !== ""));
  await shoot(page, "cpu-scored");

  await bringOwnImages(page, "cpu");
  await tuneWithPause(page, "cpu", { epochs: 60, batchSize: 4 }, async () => measureClicks(t, page));
  await compareAndExport(page, "cpu");
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
  for (let round = 0; round < 5; round++) {
    for (const set of ["builtin", "own"]) {
      await page.click(`[data-testid=set-${set}]`);
      await nextFrame(page);
    }
  }
  const times = (await page.evaluate(() => window.answerTimes)).sort((a, b) => a - b);
  assert.equal(await page.getAttribute("#run", "data-phase"), "running", "the clicks came while it trained");
  const [median, worst] = [times[Math.floor(times.length / 2)], times.at(-1)];
  t.diagnostic(`clicks while training: answered and drawn after ${median.toFixed(0)} ms (median), ${worst.toFixed(0)} ms (worst)`);
  // One straggler is the machine's doing: it may be busy with other work.
  assert.ok(times.at(-2) < CLICK_MS, `answer times ${times.map(Math.round)}`);
}
