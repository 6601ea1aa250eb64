import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenWeights, notAnImage, rings, TINY_WEIGHTS } from "../fixtures.js";
import {
  addOwnImages, allScored, messages, nextFrame, open, openWeights, phaseIs, scores, shoot, startShared, startTuning,
} from "../page.js";

test("weights files that are no good are refused, and everything stays", async (t) => {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await openWeights(page, TINY_WEIGHTS);
  await addOwnImages(page, rings(3));
  const before = await scores(page);
  for (const file of brokenWeights()) {
    for (const [input, place] of [["#weights-file", "model"], ["#tuned-file", "tune"]]) {
      await page.setInputFiles(input, file);
      const sentence = await page.waitForFunction(([where, name]) => [...document.querySelectorAll(`#messages-${where} .message p`)]
        .map((message) => message.textContent).find((content) => content.includes(name)), [place, file.name]);
      const said = String(await sentence.jsonValue());
      t.diagnostic(said);
      assert.match(said, /^That did not work: “.+” could not be loaded.*: .{20,}\. Choose a \.safetensors file .+\. (“tiny.safetensors” stays in use|Nothing else has changed)\.$/);
    }
    assert.match(await page.textContent("#model-status"), /^“tiny.safetensors” is loaded/);
    assert.ok(await page.isHidden("#comparison"));
    assert.deepEqual(await scores(page), before, file.name);
  }
  await shoot(page, "broken-weights");
  assert.deepEqual(await messages(page, "page"), [], "the engine survived");
});

test("too few normal images: a sentence; fewer than a batch: a smaller batch, and a sentence", async (t) => {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await openWeights(page, TINY_WEIGHTS);
  await allScored(page);
  const before = await scores(page);

  await startTuning(page, { epochs: 2, batchSize: 16 });
  await nextFrame(page);
  assert.match((await messages(page, "tune")).join(), /No normal images were given\. Bring at least two/);
  await page.setInputFiles("#normals-files", rings(1));
  await startTuning(page, { epochs: 2, batchSize: 16 });
  await nextFrame(page);
  assert.match((await messages(page, "tune")).join(), /Only one normal image was given\. Bring at least two/);
  await page.setInputFiles("#normals-files", [notAnImage("a.png"), notAnImage("b.png")]);
  await startTuning(page, { epochs: 2, batchSize: 16 });
  await phaseIs(page, "over");
  assert.match((await messages(page, "tune")).join(), /at least (2|two) .*The model is as it was before/);
  await page.locator("#tune-start").scrollIntoViewIfNeeded();
  await shoot(page, "too-few-normals", { fullPage: false });
  assert.deepEqual(await scores(page), before, "the scores stay");

  await page.setInputFiles("#normals-files", rings(6));
  await startTuning(page, { epochs: 2, batchSize: 16 });
  await page.waitForSelector("#comparison:not([hidden])");
  const said = (await messages(page, "tune")).join("\n");
  assert.match(said, /6 images are fewer than a batch, so the batch was reduced to 6\./);
  assert.match(said, /2 images were left out because they could not be read: a\.png, b\.png \(.+\)\./);
  await allScored(page);
});

test("an empty folder, and a folder without images", async (t) => {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await allScored(page);
  for (const [input, place] of [["#images-folder-files", "images"], ["#normals-folder-files", "tune"]]) {
    // The dialogue for folders answers with no files at all; scripts cannot choose an empty folder.
    await page.evaluate((selector) => document.querySelector(selector).dispatchEvent(new Event("change")), input);
    assert.match((await messages(page, /** @type {any} */ (place))).join(), /No images were found there\. Choose PNG, JPEG/);
  }
});
