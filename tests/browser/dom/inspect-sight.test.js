import assert from "node:assert/strict";
import { test } from "node:test";
import { png, rings } from "../fixtures.js";
import { allChecked, bring, countOf, createProject, learn, openTool, projectIs, saved, startWithFakeEngine, verdicts } from "../inspect.js";
import { messages, nextFrame, shoot } from "../page.js";

/** The stand-in for the engine takes large files for anomalies. */
const noise = (number) => ({
  name: `noise-${number}.png`, mimeType: "image/png", buffer: png(40, 40, (x, y) => [(x * 7919 + y * 104729 + number * 31 + ((x * y) ** 2 % 251)) % 256]),
});

test("before learning the page shows what the network will see, and after it what the model sees", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Sight");
  await bring(page, "normals", rings(40));
  await page.waitForSelector("#learn-seen:not([hidden])");
  assert.match(await page.textContent("#learn-seen"), /32 × 32 pixels in grey\. Images of 40 × 30 pixels are looked at in one piece\./);
  assert.equal(await page.getAttribute("#tiles", "placeholder"), "1");
  assert.equal(await page.inputValue("#tiles"), "", "as it suits the images");
  assert.ok(await page.isHidden("#learn-sight"));

  await learn(page);
  await page.waitForSelector("#learn-sight[data-useful=true]");
  assert.match(await page.textContent("[data-testid=sight-words]"), /at most 10 % false alarms, it finds clear scratches from about 12 pixels on; it does not find faint stains\.$/);
  assert.ok(await page.isHidden("[data-testid=sight-useless]"));
  await page.click("[data-testid=sight-details] summary");
  await page.waitForFunction(() => [...document.querySelectorAll("[data-testid=sight-picture] canvas")].every((canvas) => canvas.width === 4));
  const cells = await page.$$eval("[data-testid=sight-picture]", (all) => all.map((cell) => [cell.dataset.found, cell.textContent, cell.firstElementChild.getAttribute("aria-label")]));
  assert.deepEqual(cells, [["true", "2 of 2 found", "clear scratches, 5 pixels: 2 of 2 found"], ["false", "0 of 2 found", "faint stains, 5 pixels: 0 of 2 found"]]);
  await shoot(page, "inspect-sight");

  await saved(page);
  await page.reload();
  await projectIs(page, "Sight");
  await page.waitForSelector("#learn-sight[data-useful=true]");
});

test("false alarms that are accepted can be taken in as normal images; it can be undone", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "False alarms");
  await bring(page, "normals", rings(40));
  await learn(page);
  await bring(page, "images", [...rings(50).slice(46), noise(1), noise(2)]);
  await allChecked(page);
  assert.ok(await page.isHidden("[data-testid=take-in-notice]"));
  await page.click("#review");
  await page.click("#viewer-accept");
  await page.click("#viewer-close");
  await page.waitForSelector("[data-testid=take-in-notice]:not([hidden])");
  assert.match(await page.textContent("[data-testid=take-in-words]"), /^One image called odd was accepted as normal\./);

  await page.click("[data-testid=take-in]");
  await page.waitForFunction(() => /41 images/.test(document.querySelector("#learn-trained").textContent));
  await allChecked(page);
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images")], [41, 5]);
  assert.ok(await page.isHidden("[data-testid=take-in-notice]") && await page.isHidden("#overlap"));
  assert.match(await page.textContent("#promise"), /One of the normal images was taken in after a false alarm/);
  assert.match((await messages(page, /** @type {any} */ ("results"))).join(), /One image taken in as normal|1 image taken in as normal/);

  await page.click("#messages-results [data-testid=message-action]");
  await page.waitForFunction(() => /40 images/.test(document.querySelector("#learn-trained").textContent));
  await allChecked(page);
  await nextFrame(page);
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images")], [40, 6]);
  assert.deepEqual(Object.keys(await verdicts(page)).filter((name) => name.startsWith("noise")).sort(), ["noise-1.png", "noise-2.png"]);
  assert.doesNotMatch(await page.textContent("#promise"), /taken in/);
});
