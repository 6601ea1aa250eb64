import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertAccessible, nextFrame, shoot, until } from "../page.js";
import { detailOf, LOOKS, openElement, place } from "../embed.js";

const DIGIT = fileURLToPath(new URL("../images/digit-8.png", import.meta.url));
const NOT_AN_IMAGE = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no image") };

const scored = (page) => page.waitForSelector("ganomaly-demo .verdict[data-verdict]");
const message = (page) => page.waitForSelector("ganomaly-demo .message:not([hidden])").then((one) => one.textContent());

test("the first score takes one model and one sheet of images, and the figure stays where it was", async (t) => {
  const page = await openElement(t, "demo", {}, { host: {} });
  const before = await place(page);
  await scored(page);
  t.diagnostic(`first score after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
  const fetched = (pattern) => page.requests.filter((name) => pattern.test(name)).length;
  assert.deepEqual([fetched(/\.safetensors$/), fetched(/samples\/.*\.png$/), fetched(/\.wasm$/), fetched(/engine\/worker\.js$/)], [1, 1, 1, 1]);
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
  await until(async () => (await bright()) > 60); // the drawing arrives in the network
  await shoot(page, "element-demo-drawing");
  const onShow = () => page.locator(".sample input:checked").count();
  assert.equal(await onShow(), 0);
  const cleared = await detailOf(page, "ganomaly-scored", () => page.click("text=Clear"));
  assert.deepEqual([cleared.source, cleared.label, await onShow()], ["sample", "digit 7", 1]);
  const keys = await detailOf(page, "ganomaly-scored", async () => {
    await page.focus(".pad");
    await page.keyboard.press("Space");
    for (let presses = 0; presses < 12; presses++) await page.keyboard.press("ArrowDown");
  }, "drawing");
  assert.equal(keys.source, "drawing");
  for (const [mode, source, count] of /** @type {const} */ ([["Samples", "sample", 1], ["Draw", "drawing", 0]])) {
    await detailOf(page, "ganomaly-scored", () => page.click(`button:text-is("${mode}")`), source);
    assert.equal(await onShow(), count, mode);
  }

  const file = await detailOf(page, "ganomaly-scored", () => page.setInputFiles("ganomaly-demo input[type=file]", DIGIT), "file");
  assert.deepEqual([file.source, file.label], ["file", null]);
});

test("the lowest row has one scale for all images: bars above six thresholds are cut off, and marked", async (t) => {
  const page = await openElement(t, "demo", { preset: "mnist-2" });
  await scored(page);
  const level = (name) => page.getAttribute(`.codes-chart .${name}`, "d");
  const limit = await level("limit");
  const marks = async (latents, threshold) => {
    const [z, again] = latents.map((latent) => Object.values(latent));
    const cut = z.filter((value, index) => (value - again[index]) ** 2 > 6 * threshold).length;
    assert.equal(((await level("over")) ?? "").split("M").length - 1, cut);
    return cut;
  };
  let most = 0;
  for (const place of [2, 12, 22]) {
    const { latents, threshold } = await detailOf(page, "ganomaly-scored", () => page.click(`.sample >> nth=${place}`));
    most = Math.max(most, await marks(latents, threshold));
    assert.equal(await level("limit"), limit);
  }
  assert.ok(most > 0, "something was cut off");
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

/** Drops something on a part of the figure, as the browser does it. @param {import("../page.js").Page} page @param {string} selector @param {{ text?: string, files?: { name: string, mimeType: string, buffer: Buffer }[] }} what */
async function drop(page, selector, { text, files = [] }) {
  const given = files.map(({ buffer, ...file }) => ({ ...file, bytes: [...buffer] }));
  const dragged = await page.evaluateHandle(([words, all]) => {
    const transfer = new DataTransfer();
    if (words) transfer.setData("text/plain", words);
    for (const { name, mimeType, bytes } of all) transfer.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
    return transfer;
  }, /** @type {const} */ ([text, given]));
  assert.equal(await page.$eval(selector, (part, dataTransfer) => part.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, composed: true, cancelable: true })), dragged), false, "it may be dropped here");
  assert.equal(await page.$eval(selector, (part, dataTransfer) => part.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, composed: true, cancelable: true })), dragged), false, "the browser does not open it");
}

test("what is dropped: an image is scored, text and other files are said to be none", async (t) => {
  const page = await openElement(t, "demo");
  await scored(page);
  const address = page.url();
  const digit = { name: "digit.png", mimeType: "image/png", buffer: readFileSync(DIGIT) };
  const { source } = await detailOf(page, "ganomaly-scored", () => drop(page, ".flow", { files: [digit] }), "file");
  assert.equal(source, "file");
  await drop(page, ".pad", { text: "https://example.org/8.png" });
  assert.match(await message(page), /is no file\. Save the image first/);
  const again = await detailOf(page, "ganomaly-scored", () => drop(page, ".sample >> nth=0", { files: [digit, NOT_AN_IMAGE] }), "file");
  assert.equal(again.source, "file", "of several the first counts");
  assert.equal(await page.isVisible("ganomaly-demo .message"), false);
  await drop(page, ".score", { files: [NOT_AN_IMAGE] });
  assert.match(await message(page), /^The image cannot be used: .*\.$/);
  assert.equal(await page.locator("ganomaly-demo .message button").count(), 0, "trying the same again would not help");
  assert.match(await page.textContent(".verdict"), /score/, "the last image is still there");
  assert.equal(page.url(), address);
});

test("a finger draws, and the page stays where it is; beside the sheet it scrolls", async (t) => {
  const page = await openElement(t, "demo", {}, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  await scored(page);
  await page.tap("text=Draw");
  await page.locator(".pad").scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator(".pad").boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([left, top]) => ({ x: left, y: top })) });
  const stroke = async (left, from, to) => {
    await touch("touchStart", [left, from]);
    for (let step = 1; step <= 12; step++) await touch("touchMove", [left, from + (step / 12) * (to - from)]);
    await touch("touchEnd");
  };
  const scrolled = () => page.evaluate(() => scrollY);
  const before = await scrolled();
  const { source } = await detailOf(page, "ganomaly-scored", () => stroke(x + width / 2, y + 0.8 * height, y + 0.2 * height), "drawing");
  assert.equal(source, "drawing");
  assert.equal(await scrolled(), before, "drawing does not scroll");
  const rows = await page.$eval(".pad", (canvas) => {
    const { data, width: side } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: side }, (_, row) => data[4 * (row * side + side / 2)] > 128).filter(Boolean).length / side;
  });
  assert.ok(rows > 0.6, `ink from 80 % of the height to 20 %: ${rows}`);
  await shoot(page, "element-demo-touch", { fullPage: false });
  await stroke(x + width + 40, y + 0.8 * height, y - 0.5 * height);
  await page.waitForFunction((top) => scrollY > top, before);
});

test("a figure that is removed while it is starting, scoring or complaining leaves in peace", async (t) => {
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
  await page.setInputFiles("ganomaly-demo input[type=file]", NOT_AN_IMAGE);
  await message(page);
  await page.evaluate(() => {
    const figure = document.querySelector("ganomaly-demo");
    figure.remove();
    document.querySelector("h2").after(figure);
  });
  await scored(page);
  assert.equal(await page.isVisible("ganomaly-demo .message"), false, "put back, it begins anew");
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
    await shoot(page, `element-demo-${look}`);
    await assertAccessible(page, look);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });
}
