import assert from "node:assert/strict";
import { test } from "node:test";
import { mixedImages, rings } from "./fixtures.js";
import { allChecked, bring, createProject, learn, openTool, saved, startWithFakeEngine } from "./inspect.js";
import { assertAccessible, shoot } from "./page.js";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

for (const [title, options] of /** @type {const} */ ([
  ["desktop-light", { ...DESKTOP, colorScheme: "light" }], ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }],
  ["phone-light", { ...PHONE, colorScheme: "light" }], ["phone-dark", { ...PHONE, colorScheme: "dark" }],
])) {
  test(`every state of the tool is accessible and fits the screen: ${title}`, async (t) => {
    const page = await openTool(t, await startWithFakeEngine(t), options);
    const check = async (state) => {
      await shoot(page, `inspect-${title}-${state}`);
      await assertAccessible(page, state);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${state} is ${width} pixels wide`);
    };
    await check("1-no-project");
    await createProject(page, "A project with a name that is rather long for a telephone: screws of line 3");
    await check("2-new");
    await bring(page, "normals", [...rings(9), ...mixedImages.map(({ file }) => file)]);
    await page.waitForSelector("#normals-grid canvas[data-thumbnail=ready]");
    await check("3-left-out");
    await bring(page, "normals", rings(60));
    await page.click("#framing summary");
    await page.click("#settings summary");
    await page.fill("#region-left", "12");
    await page.fill("#tiles", "3");
    await page.keyboard.press("Tab");
    await page.click("#normals-grid .virtual-cell >> nth=3");
    await page.waitForTimeout(400);
    await check("4-normals");
    await page.fill("#setting-epochs", "40");
    await page.click("#learn-start");
    await page.waitForFunction(() => /^epoch [4-9]/.test(document.querySelector("#run-numbers").textContent));
    await check("5-training");
    await page.click("#run-stop");
    await page.waitForSelector("#run[data-phase=over]");
    await bring(page, "images", rings(90).slice(40));
    await allChecked(page);
    await saved(page);
    await page.waitForTimeout(400);
    await check("6-checked");
    await page.click("#project-rename");
    await check("7-dialogue");
    await page.click("[data-testid=ask-cancel]");
    await page.click("#back");
    await page.waitForSelector("[data-testid=project-link]");
    await check("8-list");
  });
}

test("the whole way can be gone with the keyboard alone", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  const tabTo = async (id) => {
    for (let presses = 0; presses < 60; presses++) {
      const found = await page.evaluate(() => document.activeElement.id || document.activeElement.dataset.testid || document.activeElement.className);
      if (found === id) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${id} is out of reach`);
  };
  await tabTo("new-name");
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "project-name");
  await tabTo("normals-choose");
  await bring(page, "normals", rings(12));
  await tabTo("virtual-grid");
  await page.keyboard.press("ArrowRight");
  await tabTo("normals-remove");
  await tabTo("learn-start");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#run[data-phase=over]");
  await tabTo("images-folder");
});
