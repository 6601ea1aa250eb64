/** What the tool shows of an image is what the engine scores: the same way up, the same pixels. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { png } from "../fixtures.js";
import { tensors } from "../golden.js";
import { bring, createProject, openTool } from "../inspect.js";
import { shoot, startShared } from "../page.js";

/** Files that browsers show otherwise or not at all, and some that they show alike; of JPEG other decoders round otherwise. */
const KINDS = {
  "turned-named.webp": 0, "turned.webp": 0, "turned-after-pixels.png": 0, "turned-by-xmp.png": 0, "turned-in-two.jpg": 3, "rgb.jpg": 3, "cmyk.jpg": 3, "scans-apart-2x2.jpg": 3, "extraneous-bytes.jpg": 3, "exif-of-nothing.jpg": 3,
  "turned.tif": 0, "pages.tif": 0, "grey-16.tif": 0, "dicom-rgb": 0, "dicom-12-bits-window": 0, "dicom-frames": 0, "dicom-no-meta": 0, "grey.pgm": 0, "colour.ppm": 0, "runs.bmp": 0, "reserved-bytes.bmp": 0, "two-bits.png": 0,
};

/** Of which the first picture alone is scored. */
const SERIES = { "pages.tif": "Only the first of its 2 pages is looked at.", "dicom-frames": "Only the first of its 2 frames is looked at." };

/** Values of 16 bits as they are shown without a model: the darkest black, the brightest white, but for one in a thousand. */
function bytesOf(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const ignored = Math.floor(sorted.length / 1000);
  const [low, high] = [sorted[ignored], sorted.at(-1 - ignored)];
  return values.map((value) => Math.round((Math.max(0, Math.min(value - low, high - low)) / (high - low)) * 255));
}

/** The golden pixels of a kind of file, of 8 bits and three colours. @returns {{ width: number, height: number, rgb: number[] }} */
function pixelsOf({ dtype, shape: [height, width, channels = 1], data }) {
  const values = dtype === "U16" ? bytesOf([...new Uint16Array(data.slice().buffer)]) : [...data];
  return { width, height, rgb: channels === 3 ? values : values.flatMap((value) => [value, value, value]) };
}

function middleOf({ width, height, rgb }) {
  const side = Math.min(width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const rows = Array.from({ length: side }, (_, y) => rgb.slice(3 * ((top + y) * width + left), 3 * ((top + y) * width + left + side)));
  return { width: side, height: side, rgb: rows.flat() };
}

/** What is drawn on the first canvas in an element. @param {import("playwright-core").Page} page @param {string} selector */
const drawn = (page, selector) => page.$eval(selector, (canvas) => {
  const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
  const { data } = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d").getImageData(0, 0, width, height);
  return { width, height, rgb: [...data].filter((_, index) => index % 4 < 3), isOpaque: data.every((value, index) => index % 4 < 3 || value === 255) };
});

function assertSame(found, expected, tolerance, what) {
  assert.deepEqual([found.width, found.height, found.isOpaque], [expected.width, expected.height, true], what);
  const most = Math.max(...found.rgb.map((value, index) => Math.abs(value - expected.rgb[index])));
  assert.ok(most <= tolerance, `${what} differs by ${most} grey levels`);
}

test("images of every kind are shown as Pillow reads them, in the lists, in the viewer and where a region is drawn", async (t) => {
  const golden = tensors("kinds.safetensors");
  const files = Object.keys(KINDS).map((name) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(golden.get(`${name}.file`).data) }));
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Kinds");
  await bring(page, "normals", files);
  await page.click("#framing summary");
  await page.waitForFunction(() => /** @type {HTMLCanvasElement} */ (document.querySelector(".framing-image")).width !== 300); // as long as nothing is drawn
  assertSame(await drawn(page, ".framing-image"), pixelsOf(golden.get(`${files[0].name}.pixels`)), KINDS[files[0].name], "the image for the region");

  await bring(page, "images", files);
  for (const [name, tolerance] of Object.entries(KINDS)) {
    const expected = pixelsOf(golden.get(`${name}.pixels`));
    for (const grid of ["#normals-grid", "#images-grid"]) {
      const cell = `${grid} .virtual-cell[title="${name}"]`;
      await page.waitForSelector(`${cell} canvas[data-thumbnail=ready]`);
      assertSame(await drawn(page, `${cell} canvas`), middleOf(expected), tolerance, `${name} in ${grid}`);
    }
    await page.click(`#images-grid .virtual-cell[title="${name}"]`);
    await page.waitForSelector(`[data-testid=stage][data-shown="${name}"]`);
    assertSame(await drawn(page, ".stage-picture"), expected, tolerance, `${name} in the viewer`);
    const said = await page.$eval("[data-testid=series]", (line) => (/** @type {HTMLElement} */ (line).hidden ? undefined : line.textContent));
    assert.equal(said, SERIES[name], name);
    await page.keyboard.press("Escape");
  }
  await shoot(page, "inspect-pictures");
});

test("a large image is made smaller, and pictures come while the engine is busy", async (t) => {
  const page = await openTool(t, await startShared(t, { workerPrelude: "await new Promise(() => {});\n" }));
  await createProject(page, "Busy");
  const halves = png(2000, 500, (x) => (x < 1000 ? [20, 40, 60] : [200, 180, 160]));
  await bring(page, "images", [{ name: "halves.png", mimeType: "image/png", buffer: halves }]);
  await page.waitForSelector("#images-grid canvas[data-thumbnail=ready]");
  await page.click("#images-grid .virtual-cell");
  await page.waitForSelector("[data-testid=stage][data-shown='halves.png']");
  const { width, height, rgb } = await drawn(page, ".stage-picture");
  assert.deepEqual([width, height], [1600, 400]);
  assert.deepEqual([rgb.slice(0, 3), rgb.slice(-3)], [[20, 40, 60], [200, 180, 160]]);
});

test("an image that cannot be decoded has a sign in its place", async (t) => {
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Broken");
  const whole = png(40, 40, (x, y) => [x * y % 256]);
  const broken = Buffer.from(whole);
  broken.fill(0x55, whole.indexOf("IDAT") + 4, whole.indexOf("IDAT") + 40);
  await bring(page, "images", [{ name: "broken.png", mimeType: "image/png", buffer: broken }, { name: "whole.png", mimeType: "image/png", buffer: whole }]);
  await page.waitForSelector("#images-grid [title^='whole.png'] canvas[data-thumbnail=ready]");
  await page.waitForSelector("#images-grid [title^='broken.png'] canvas[data-thumbnail=none]");
  await page.click("#images-grid [title^='broken.png']");
  await page.waitForSelector("[data-testid=stage][data-shown=none]");
  assert.match(await page.textContent(".stage-trouble"), /^This image cannot be shown: the image file is damaged .*save it again\.$/);
});
