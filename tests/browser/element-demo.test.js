import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { watchLoad } from "./load.js";
import { assertAccessible, nextFrame, shoot } from "./page.js";
import { detailOf, LOOKS, openElement, place } from "./elements/embed.js";

/** From opening the page to the first score, on an idle machine. */
const FIRST_MS = 3000;

const DIGIT = fileURLToPath(new URL("./images/digit-8.png", import.meta.url));
const NOT_AN_IMAGE = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no image") };

const scored = (page) => page.waitForSelector("ganomaly-demo .verdict[data-verdict]");
const message = (page) => page.waitForSelector("ganomaly-demo .message:not([hidden])").then((one) => one.textContent());

test("the first score is there within three seconds, and the figure stays where it was", async (t) => {
  const busy = watchLoad(t);
  const page = await openElement(t, "demo");
  const before = await place(page);
  await scored(page);
  const now = await page.evaluate(() => performance.now());
  t.diagnostic(`first score after ${Math.round(now)} ms, on a machine ${busy().toFixed(1)} times as slow as an idle one`);
  assert.ok(now < FIRST_MS * busy(), `${now} ms`);
  assert.equal(await place(page), before);
});

test("a sample, a drawing, keys and a file are scored, and the page is told", async (t) => {
  const page = await openElement(t, "demo", { preset: "mnist-2" });
  await scored(page);
  const sample = await detailOf(page, "ganomaly-scored", () => page.click(".sample >> nth=7"));
  assert.equal(sample.source, "sample");
  assert.equal(sample.label, "digit 7");
  const [z, again] = sample.latents.map((latent) => Object.values(latent));
  const mean = z.reduce((sum, value, index) => sum + (value - again[index]) ** 2, 0) / z.length;
  assert.ok(Math.abs(mean - sample.score) < 1e-4 * sample.score, "the score is the mean of the lowest row");
  assert.equal(sample.verdict, sample.score > sample.threshold ? "anomaly" : "normal");

  await page.click("text=Draw");
  const box = await page.locator(".pad").boundingBox();
  const at = (x, y) => /** @type {const} */ ([box.x + x * box.width, box.y + y * box.height]);
  const drawing = await detailOf(page, "ganomaly-scored", async () => {
    await page.mouse.move(...at(0.3, 0.25));
    await page.mouse.down();
    for (const [x, y] of [[0.7, 0.25], [0.45, 0.8]]) await page.mouse.move(...at(x, y), { steps: 8 });
    await page.mouse.up();
  });
  assert.equal(drawing.source, "drawing");
  const bright = () => page.$eval(".chain canvas", (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 0 && value > 128).length;
  });
  await page.waitForTimeout(1000);
  assert.ok(await bright() > 60, "the drawing arrived in the network");
  await shoot(page, "element-demo-drawing");
  await page.click("text=Clear");
  const keys = await detailOf(page, "ganomaly-scored", async () => {
    await page.focus(".pad");
    await page.keyboard.press("Space");
    for (let presses = 0; presses < 12; presses++) await page.keyboard.press("ArrowDown");
  });
  assert.equal(keys.source, "drawing");

  const file = await detailOf(page, "ganomaly-scored", () => page.setInputFiles("ganomaly-demo input[type=file]", DIGIT), "file");
  assert.deepEqual([file.source, file.label], ["file", null]);
});

test("the samples and the codes can be gone through with the keyboard", async (t) => {
  const page = await openElement(t, "demo");
  await scored(page);
  await page.focus(".sample input:checked");
  const next = await detailOf(page, "ganomaly-scored", () => page.keyboard.press("ArrowRight"));
  assert.equal(next.label, "digit 2");
  await page.focus(".codes-chart");
  await page.keyboard.press("End");
  assert.match(await page.textContent(".reading"), /^Number 100 of 100/);
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.getAttribute(".codes-chart", "aria-valuetext"), /^Number 99 of 100/);
});

test("what is wrong is said in place, and mended in place", async (t) => {
  const page = await openElement(t, "demo", { preset: "mnist-99" });
  assert.match(await message(page), /no model “mnist-99”.*mnist-0/);
  await page.evaluate(() => document.querySelector("ganomaly-demo").removeAttribute("preset"));
  await scored(page);
  await page.setInputFiles("ganomaly-demo input[type=file]", NOT_AN_IMAGE);
  assert.match(await message(page), /cannot be used/);
  const wrong = (name, value) => page.evaluate(([attribute, given]) => document.querySelector("ganomaly-demo").setAttribute(attribute, given), [name, value]);
  await wrong("anomaly", "cat");
  await page.waitForFunction(() => document.querySelector("ganomaly-demo").shadowRoot.textContent.includes('anomaly="cat"'));
  await wrong("anomaly", "3");
  await scored(page);
  assert.match(await page.textContent(".unseen"), /digit 3/);
  assert.equal(await page.isVisible("#after"), true);
});

test("a figure that is removed while it is starting or scoring leaves in peace", async (t) => {
  const page = await openElement(t, "demo");
  for (const wait of [0, 30, 200, 800]) {
    await page.evaluate(async (ms) => {
      const figure = document.querySelector("ganomaly-demo");
      await new Promise((done) => { setTimeout(done, ms); });
      figure.remove();
      document.querySelector("h2").after(document.createElement("ganomaly-demo"));
    }, wait);
  }
  await scored(page);
});

test("models of other data sets and of Skip-GANomaly are shown as what they are", async (t) => {
  const page = await openElement(t, "demo", { preset: "mnist-2-skip" });
  await scored(page);
  assert.match(await page.textContent(".row-labels"), /f\(x\)/);
  await shoot(page, "element-demo-skip");
  await page.evaluate(() => document.querySelector("ganomaly-demo").setAttribute("preset", "cifar10-bird"));
  await page.waitForFunction(() => !document.querySelector("ganomaly-demo").shadowRoot.querySelector(".verdict").dataset.verdict);
  await scored(page);
  await shoot(page, "element-demo-cifar");
  assert.equal(await page.isVisible("text=Draw"), false);
});

for (const [look, options] of LOOKS) {
  test(`accessible, and fits: ${look}`, async (t) => {
    const page = await openElement(t, "demo", look === "phone-dark" ? { lang: "de" } : {}, options);
    const before = await place(page);
    await scored(page);
    assert.equal(await place(page), before, "nothing moves");
    await nextFrame(page);
    await page.waitForTimeout(300);
    await shoot(page, `element-demo-${look}`);
    await assertAccessible(page, look);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });
}
