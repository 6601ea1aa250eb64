/** The main job from opening the page to saved results, the same on both backends. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mixedImages, rings } from "./fixtures.js";
import {
  addOwnImages, allScored, cards, downloadBy, largestDifference, messages, nextFrame, openWeights, PATIENCE_MS, phaseIs, scores, shoot,
  startTuning,
} from "./page.js";

/** @typedef {import("playwright-core").Page} Page */

/** Own images, good and bad: each gets a result or a sentence, and none is lost. @param {Page} page */
export async function bringOwnImages(page, name) {
  await addOwnImages(page, mixedImages.map(({ file }) => file));
  const shown = new Map((await cards(page)).map((card) => [card.name, card]));
  assert.equal(shown.size, mixedImages.length);
  for (const { file, verdict } of mixedImages) {
    const card = shown.get(file.name);
    if (verdict === "scored") {
      assert.ok(card.score > 0 && ["normal", "anomaly"].includes(card.verdict), `${file.name}: ${JSON.stringify(card)}`);
    } else {
      assert.equal(card.verdict, "unreadable", file.name);
      assert.match(card.note, /^[A-Z].* (is empty|is not an image|is damaged|is too large).*\.$/, `${file.name}: ${card.note}`);
    }
  }
  await shoot(page, `${name}-own-images`);
}

/**
 * Fine-tunes on twenty normal images with a pause in the middle.
 * @param {Page} page
 * @param {string} name of the screenshots
 * @param {{ epochs: number, batchSize: number }} settings
 */
export async function tuneWithPause(page, name, settings) {
  await page.setInputFiles("#normals-files", rings(20));
  await nextFrame(page);
  assert.match(await page.textContent("#normals-count"), /^20 /);
  await startTuning(page, settings);
  await phaseIs(page, "running");
  await page.waitForSelector("#losses .value:not(:empty)");
  await page.click("#run-pause");
  await phaseIs(page, "paused");
  const changes = await watchChanges(page, "#run-numbers");
  await shoot(page, `${name}-paused`);
  await page.waitForTimeout(700);
  assert.ok(await changes() <= 1, "a paused run stands still, but for the step that was under way");
  const losses = await page.$$eval("#losses .value", (all) => all.map((value) => Number(value.textContent)));
  assert.equal(losses.length, 4);
  assert.ok(losses.every((loss) => Number.isFinite(loss)), `losses: ${losses}`);
  await page.click("#run-pause");
  await page.waitForSelector("#run[data-phase=over]", { timeout: 2 * PATIENCE_MS });
  assert.match(await page.textContent("#run-state"), /^Done\. 4 images held out/);
  assert.match(await page.textContent("#run-numbers"), new RegExp(`^epoch ${settings.epochs} of ${settings.epochs} `));
}

/** Counts how often a text changes from now on. @param {Page} page @param {string} selector */
async function watchChanges(page, selector) {
  await page.evaluate((where) => {
    window.changes = 0;
    new MutationObserver(() => { window.changes += 1; }).observe(document.querySelector(where), { childList: true, characterData: true, subtree: true });
  }, selector);
  return () => page.evaluate(() => window.changes);
}

/** Scores with the tuned model, before and after side by side; saved, loaded back, taken away as a table. @param {Page} page */
export async function compareAndExport(page, name) {
  await allScored(page);
  assert.ok(await page.isVisible("#comparison"));
  assert.equal(await page.$$eval("#comparison-rows tr", (rows) => rows.length), 4);
  const tuned = await scores(page);
  assert.equal((await cards(page))[0].which, "tuned");
  await shoot(page, `${name}-compared`);
  await page.check("[data-testid=which-base]", { force: true });
  await nextFrame(page);
  const base = await scores(page);
  assert.ok(largestDifference(base, tuned) > 0.01, "fine-tuning changes the scores");

  await checkTable(page, base, tuned);
  const saved = await downloadBy(page, "#tuned-save");
  assert.match(saved.name, /tuned\.safetensors$/);
  await loadBack(page, saved.path, base, tuned);
}

async function checkTable(page, base, tuned) {
  const table = await downloadBy(page, "#csv");
  assert.equal(table.name, "ganomaly-scores.csv");
  const [head, ...rows] = readFileSync(table.path, "utf8").trimEnd().split("\r\n");
  assert.equal(head, "file,score,threshold,verdict,model");
  assert.equal(rows.length, 2 * mixedImages.length);
  for (const [which, wanted] of [["base", base], ["tuned", tuned]]) {
    const part = which === "base" ? rows.slice(0, mixedImages.length) : rows.slice(mixedImages.length);
    for (const [file, score] of wanted) {
      const row = part.find((one) => one.startsWith(`"${file}",`));
      const [, written, threshold, verdict] = row.split(",");
      assert.equal(Number(written), score, row);
      assert.equal(verdict, score > Number(threshold) ? "\"anomaly\"" : "\"normal\"", row);
    }
    assert.equal(part.filter((row) => row.includes("\"unreadable\"")).length, mixedImages.length - wanted.size);
  }
}

/** In a page that knows nothing yet, the saved file gives the same scores: as a tuned model and as a model of its own. */
async function loadBack(page, file, base, tuned) {
  await page.evaluate(() => { window.stayedHere = true; });
  const weights = { name: "mine.safetensors", mimeType: "application/octet-stream", buffer: readFileSync(file) };
  await page.setInputFiles("#tuned-file", weights);
  await page.waitForSelector("#messages-tune .message");
  assert.deepEqual(await messages(page, "tune"), ["Note: The tuned model “mine.safetensors” is loaded."]);
  await allScored(page);
  assert.equal(largestDifference(await scores(page), tuned), 0, "loaded back as a tuned model");
  await openWeights(page, weights);
  await allScored(page);
  assert.ok(await page.isHidden("#comparison"));
  assert.equal(largestDifference(await scores(page), tuned), 0, "loaded back as a model of its own");
  assert.ok(await page.evaluate(() => window.stayedHere));
  assert.ok(base.size > 0);
}
