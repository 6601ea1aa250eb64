import assert from "node:assert/strict";
import { test } from "node:test";
import { mixedImages, rings } from "../fixtures.js";
import { addOwnImages, allScored, assertAccessible, atRest, open, phaseIs, shoot, startShared, startTuning } from "../page.js";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

for (const [title, options] of /** @type {const} */ ([
  ["desktop-light", { ...DESKTOP, colorScheme: "light" }], ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }],
  ["phone-light", { ...PHONE, colorScheme: "light" }], ["phone-dark", { ...PHONE, colorScheme: "dark" }],
])) {
  test(`every state is accessible and fits the screen: ${title}`, async (t) => {
    const { server, browser } = await startShared(t);
    const page = await open(t, browser, `${server.url}?backend=cpu`, options);
    const check = async (state, fullPage = true) => {
      await shoot(page, `${title}-${state}`, { fullPage });
      await assertAccessible(page, state);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${state} is ${width} pixels wide`);
    };
    await check("1-start", false);
    await allScored(page);
    await check("2-scored");
    await page.click("#explain summary");
    await addOwnImages(page, mixedImages.map(({ file }) => file));
    await check("3-own-images");
    await page.setInputFiles("#normals-files", rings(20));
    await startTuning(page, { epochs: 200, batchSize: 4 });
    await page.waitForSelector("#losses .value:not(:empty)");
    await check("4-training");
    await page.click("#run-stop");
    await phaseIs(page, "over");
    await allScored(page);
    await check("5-compared");
    await page.click(".card button >> nth=0");
    await atRest(page);
    await shoot(page, `${title}-6-explained`, { fullPage: false });
  });
}

test("everything can be reached and used with the keyboard alone", async (t) => {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`);
  await allScored(page);
  const reached = new Set();
  for (let presses = 0; presses < 90; presses++) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => document.activeElement.id || document.activeElement.dataset.testid || document.activeElement.className);
    reached.add(id);
  }
  for (const id of ["backend-cpu", "dataset-mnist", "method-ganomaly", "open-weights", "images-choose", "rate", "csv", "set-builtin", "filter", "sort", "card-main", "show-more", "normals-choose", "tune-start", "tuned-open"]) {
    assert.ok(reached.has(id), `${id} is not among ${[...reached]}`);
  }
});
