import assert from "node:assert/strict";
import { test } from "node:test";
import { mixedImages, rings } from "../fixtures.js";
import { allChecked, answer, bring, createProject, learn, openTool, saved, startWithFakeEngine } from "../inspect.js";
import { assertAccessible, atRest, nextFrame, shoot } from "../page.js";
import { dataSet, projectFile } from "../set-fixture.js";
import { zipPayload } from "../zip-fixture.js";

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
    await atRest(page);
    await check("4-normals");
    await page.setInputFiles("#normals-files", zipPayload("set.zip", dataSet()));
    await page.waitForSelector("[data-testid=ask]");
    await check("4-data-set");
    await page.click("[data-testid=ask-cancel]");
    await page.setInputFiles("#normals-files", projectFile("Bottles of line 2", 40, 12));
    await page.waitForSelector("[data-testid=ask]");
    await check("4-project-file");
    await page.click("[data-testid=ask-cancel]");
    await page.fill("#setting-epochs", "40");
    await page.click("#learn-start");
    await page.waitForFunction(() => /^epoch [4-9]/.test(document.querySelector("#run-numbers").textContent));
    await check("5-training");
    await page.click("#run-stop");
    await page.waitForSelector("#run[data-phase=over]");
    await bring(page, "images", rings(90).slice(40));
    await allChecked(page);
    await saved(page);
    await atRest(page);
    await check("6-checked");
    await page.click("#project-rename");
    await check("7-dialogue");
    await page.click("[data-testid=ask-cancel]");
    await page.click("#back");
    await page.waitForSelector("[data-testid=project-link]");
    await check("8-list");
  });
}

test("the focus stays in the list of projects, and a key that is held too long deletes nothing", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  for (const name of ["First", "Second", "Third"]) {
    await createProject(page, name);
    await page.click("#back");
    await page.waitForSelector("[data-testid=project-link]");
  }
  const focused = () => page.evaluate(() => `${document.activeElement.textContent} ${document.activeElement.closest("li")?.querySelector("a").textContent}`);
  await page.focus("li:has-text('Second') button:has-text('Delete')");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await nextFrame(page);
  assert.equal(await focused(), "Delete… Second");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "ask-cancel");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-testid=ask]", { state: "detached" });
  assert.equal(await page.locator("[data-testid=project-link]").count(), 3);
  assert.equal(await focused(), "Delete… Second");
  await page.focus("li:has-text('First') button:has-text('Rename')");
  await page.keyboard.press("Enter");
  await answer(page, "Renamed");
  await page.waitForFunction(() => document.querySelector("[data-testid=project-link]").textContent === "Renamed");
  assert.equal(await focused(), "Rename… Renamed", "it has moved to the top");
  await page.focus("li:has-text('Second') button:has-text('Delete')");
  await page.keyboard.press("Enter");
  await answer(page);
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=project-link]").length === 2);
  await nextFrame(page);
  assert.match(await focused(), /^(Renamed|Third) /);
});

test("what is to be told is told: places for messages are known before there is one, and saving is not told all the time", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Told");
  const hidden = () => page.$$eval(".messages", (all) => all.filter((one) => getComputedStyle(one).display === "none").map(({ id }) => id));
  assert.deepEqual(await hidden(), []);
  assert.equal(await page.evaluate(() => document.querySelector("#save-state").closest("[role], [aria-live]")), null);
  const snapshot = await page.evaluate(() => { document.querySelector("#archive").hidden = false; document.querySelector("#archive-title").textContent = "Writing"; })
    .then(() => page.locator("#archive").ariaSnapshot());
  assert.match(snapshot, /progressbar "Writing"/);
});

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
