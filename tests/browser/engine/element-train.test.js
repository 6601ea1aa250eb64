import assert from "node:assert/strict";
import { test } from "node:test";
import { LOOKS, openElements } from "../embed.js";
import { assertAccessible, shoot, until, workersAreIdle } from "../page.js";
import { shownError } from "../training.js";

/** @typedef {import("../page.js").Page} Page */

const TRAIN = "<ganomaly-train></ganomaly-train>";
/** After training the reconstructions of digits that it has not seen are off by less than this share of the first ones'. */
const ERROR_LEFT = 0.25;

/** By then; on two cores without a graphics card these take a few seconds. */
const STEPS = 300;

/** Keeps the events of the elements. @param {Page} page */
const listen = (page) => page.evaluate(() => {
  const known = { steps: [], looks: [], errors: [] };
  globalThis.known = known;
  document.addEventListener("ganomaly-step", (event) => known.steps.push({ ...event.detail, time: performance.now() }));
  document.addEventListener("ganomaly-look", (event) => known.looks.push(event.detail));
  document.addEventListener("ganomaly-error", (event) => known.errors.push(event.detail));
});

/** @param {Page} page @param {number} count */
const looks = (page, count) => page.waitForFunction((least) => globalThis.known.looks.length >= least, count);

/** The losses of all steps so far. @param {Page} page */
const losses = (page) => page.evaluate(() => globalThis.known.steps.flatMap((one) => one.losses.map(({ generator }) => generator)));

/** @param {Page} page */
const atStep = (page) => page.evaluate(() => globalThis.known.steps.at(-1)?.step ?? 0);

/** Mean colour value of the differences in view, 0 to 255. @param {Page} page */
const brightness = (page) => page.evaluate(() => {
  const canvases = [...document.querySelector("ganomaly-train").shadowRoot.querySelectorAll(".normals canvas")].slice(16);
  const values = canvases.flatMap((canvas) => [...canvas.getContext("2d").getImageData(0, 0, 32, 32).data].filter((_, index) => index % 4 < 3));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
});

test(`digits can be recognised after ${STEPS} steps`, async (t) => {
  const page = await openElements(t, TRAIN);
  await listen(page);
  await looks(page, 1);
  t.diagnostic(`ready after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
  const first = await shownError(page, "normals");
  const difference = await brightness(page);
  const started = performance.now();
  await page.click("text=Play");
  let left = 1;
  await until(async () => {
    left = (await shownError(page, "normals")) / first;
    return left <= ERROR_LEFT || (await atStep(page)) > STEPS;
  });
  t.diagnostic(`${(left * 100).toFixed(0)} % of the error left after ${Math.round(performance.now() - started)} ms and ${await atStep(page)} steps`);
  assert.ok(left <= ERROR_LEFT, `${left} of the error is left`);
  assert.ok(await brightness(page) < 0.6 * difference, "the differences fade");
  await page.click("text=Pause");
  await workersAreIdle(page);
  const last = await page.evaluate(() => globalThis.known.looks.at(-1));
  t.diagnostic(`at step ${last.step} AUC ${last.auc.toFixed(3)}`);
  assert.equal(last.normal.length, 90);
  assert.equal(last.anomalous.length, 40);
  await shoot(page, "element-train-trained");
});

test("play, pause, one step, slow motion, begin anew; the same seed gives the same losses", async (t) => {
  const page = await openElements(t, TRAIN);
  await listen(page);
  await looks(page, 1);
  for (let step = 1; step <= 3; step++) {
    await page.click("text=One step");
    await looks(page, step + 1);
    assert.equal(await atStep(page), step);
  }
  await page.click("text=Play");
  await page.waitForFunction(() => globalThis.known.steps.at(-1).step > 10);
  await page.click("text=Pause");
  await workersAreIdle(page);
  const first = await losses(page);
  await listen(page);
  await page.click("text=Start over");
  await looks(page, 1);
  assert.match(await page.textContent(".status"), /^Step 0/);
  await page.click("text=Slow motion");
  await page.click("text=Play");
  await page.waitForFunction(() => globalThis.known.steps.length >= 3);
  const [one, , third] = await page.evaluate(() => globalThis.known.steps.map(({ time }) => time));
  assert.ok(third - one > 1000, "one step a second, however fast the machine is: two seconds, and a bit less if the first takes its time");
  assert.deepEqual(await page.evaluate(() => globalThis.known.steps.map((one) => one.losses.length)), [1, 1, 1]);
  await page.click("text=Slow motion");
  await page.waitForFunction((least) => globalThis.known.steps.at(-1).step >= least, first.length);
  assert.deepEqual((await losses(page)).slice(0, first.length), first);
  assert.match(await page.textContent(".before-note"), /^Dashed: the run before/);
});

test("the weights of the losses, nz and the anomaly can be changed, feature matching switched off", async (t) => {
  const page = await openElements(t, '<ganomaly-train controls size="16" anomaly="1" adversarial="2"></ganomaly-train>');
  await listen(page);
  await looks(page, 1);
  await page.evaluate(() => /** @type {any} */ (document.querySelector("ganomaly-train")).step());
  await looks(page, 2);
  const sum = async () => (await page.textContent(".sum")).replaceAll(",", "");
  const parts = (await sum()).match(/: 50 · ([\d.]+) \+ 1 · ([\d.]+) \+ 2 · ([\d.]+) = ([\d.]+)/).slice(1).map(Number);
  assert.ok(Math.abs(50 * parts[0] + parts[1] + 2 * parts[2] - parts[3]) < 0.01 * parts[3], await sum());
  const lines = () => page.locator("[data-loss=contextual] .change").getAttribute("d");
  const stepAfter = async (act) => {
    await act();
    await listen(page);
    await page.click("text=One step");
    await looks(page, 1);
  };
  assert.equal(await lines(), "");
  await page.locator(".check input").uncheck();
  assert.match(await sum(), /\+ 2 · /, "the newest step had the weights of before");
  await stepAfter(async () => {});
  assert.match(await sum(), /\+ 0 · /);
  assert.equal(await lines(), "M100.0 0V60", "after the first of two steps");
  await stepAfter(() => page.locator(".check input").check());
  assert.match(await sum(), /\+ 2 · /);
  await stepAfter(() => page.getByLabel("Contextual weight").press("ArrowRight"));
  assert.match(await sum(), /: 51 · /);
  assert.equal(await lines(), "M50.0 0V60M100.0 0V60M150.0 0V60");
  assert.equal(await atStep(page), 4, "the run goes on");
  const anewAfter = async (act) => {
    await listen(page);
    await act();
    await looks(page, 1);
    assert.match(await page.textContent(".status"), /^Step 0/);
    await stepAfter(async () => {});
    assert.match(await sum(), /: 51 · /, "the weights stay as they were set");
    assert.equal(await lines(), "");
  };
  await anewAfter(() => page.getByLabel("nz, numbers in z").selectOption("2"));
  await anewAfter(() => page.getByLabel("Digit never seen").selectOption("7"));
  const before = await losses(page);
  await anewAfter(() => page.getByLabel("Seed").selectOption("3"));
  assert.notDeepEqual(await losses(page), before);
  assert.match(await page.textContent(".anomalies"), /digit 7/);
  assert.equal(await page.evaluate(() => globalThis.known.errors.length), 0);
});

test("only what is on the screen computes, and what is taken away ends without a word", async (t) => {
  const page = await openElements(t, `${TRAIN}<p id="far"></p>`);
  await page.evaluate(() => { document.querySelector("#far").style.height = "5000px"; });
  await listen(page);
  await looks(page, 1);
  await page.click("text=Play");
  await page.waitForFunction(() => globalThis.known.steps.length > 2);
  await page.evaluate(() => scrollTo(0, 4500));
  await workersAreIdle(page);
  const away = await atStep(page);
  assert.ok(await page.evaluate(() => globalThis.known.looks.at(-1).step === globalThis.known.steps.at(-1).step), "it ends with a look");
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction((step) => globalThis.known.steps.at(-1).step > step, away);
  const element = await page.evaluateHandle(() => document.querySelector("ganomaly-train"));
  await element.evaluate((one) => one.remove());
  const gone = await atStep(page);
  await workersAreIdle(page);
  assert.equal(await atStep(page), gone);
  await listen(page);
  await element.evaluate((one) => document.querySelector("main").prepend(one));
  await looks(page, 1);
  assert.equal(await page.evaluate(() => globalThis.known.looks[0].step), 0, "back on the page, it begins anew");
});

test("attributes that are wrong are told in a sentence, in place", async (t) => {
  const page = await openElements(t, `<ganomaly-train anomaly="cat"></ganomaly-train><ganomaly-train size="20" lang="de"></ganomaly-train>
    <ganomaly-train nz="0"></ganomaly-train><ganomaly-train contextual="-1"></ganomaly-train><ganomaly-train seed="x"></ganomaly-train>`);
  const said = (index) => page.locator("ganomaly-train").nth(index).locator(".message").textContent();
  await page.locator("ganomaly-train").nth(4).locator(".message").waitFor({ state: "attached" });
  assert.match(await said(0), /anomaly="cat" is not possible here. Use 0, 1/);
  assert.match(await said(1), /size="20" geht hier nicht. Möglich: 16, 32/);
  assert.match(await said(2), /nz="0" .* whole number from 1 to 256/);
  assert.match(await said(3), /contextual="-1"/);
  assert.match(await said(4), /seed="x"/);
  await listen(page);
  await page.evaluate(() => document.querySelector("ganomaly-train").setAttribute("anomaly", "3"));
  await looks(page, 1);
  assert.equal(await page.locator("ganomaly-train").first().locator(".message").isHidden(), true);
});

for (const [screen, options] of LOOKS) {
  test(`accessible, by keyboard, and as wide as the page: ${screen}`, async (t) => {
    const page = await openElements(t, "<ganomaly-train controls></ganomaly-train>", options);
    await listen(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => globalThis.known.looks.at(-1)?.step > 60);
    await page.keyboard.press("Space");
    await page.waitForFunction(() => globalThis.known.looks.at(-1).step === globalThis.known.steps.at(-1).step);
    await shoot(page, `element-train-${screen}`);
    await assertAccessible(page, screen);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= options.viewport.width);
  });
}
