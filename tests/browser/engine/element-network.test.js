import assert from "node:assert/strict";
import { test } from "node:test";
import { LOOKS, openElements } from "../embed.js";
import { assertAccessible, shoot, workersAreIdle } from "../page.js";

const NETWORK = "<ganomaly-network></ganomaly-network>";
const LAYERS = ["e1", "e2", "e3", "z", "d1", "d2", "d3", "x′", "e′1", "e′2", "e′3", "z′"];

/** Waits until the numbers are there. @param {import("../page.js").Page} page */
const computed = (page) => page.waitForFunction(() => globalThis.document.querySelector("ganomaly-network").layers.length > 0);

test("the arithmetic of a pixel agrees with the map, in every kind of layer", async (t) => {
  const page = await openElements(t, NETWORK);
  await computed(page);
  const worst = await page.evaluate(async () => {
    const { workingOf } = await import("./pkg/elements/network/arithmetic.js");
    const { layers } = /** @type {any} */ (document.querySelector("ganomaly-network"));
    return layers.map((layer) => {
      const [maps, height, width] = layer.output;
      const places = Array.from({ length: maps * height * width }, (_, index) => index).filter((index) => index % 7 === 0 || index < height * width);
      const errors = places.map((index) => {
        const plane = height * width;
        const pixel = { map: Math.floor(index / plane), y: Math.floor((index % plane) / width), x: index % width };
        return Math.abs(workingOf(layer, pixel).value - layer.maps[index]);
      });
      return [layer.symbol, Math.max(...errors)];
    });
  });
  assert.deepEqual(worst.map(([symbol]) => symbol), LAYERS);
  for (const [symbol, error] of worst) assert.ok(error < 1e-3, `${symbol}: ${error}`);
  t.diagnostic(`largest difference ${Math.max(...worst.map(([, error]) => error))}`);
});

test("a layer is chosen and a pixel reached by pointer and by keys; what is shown agrees", async (t) => {
  const page = await openElements(t, NETWORK);
  await computed(page);
  await page.evaluate(() => {
    globalThis.pixels = [];
    globalThis.document.addEventListener("ganomaly-pixel", (event) => globalThis.pixels.push(event.detail));
  });
  const last = () => page.evaluate(() => globalThis.pixels.at(-1));
  for (const [index, symbol] of LAYERS.entries()) {
    await page.click(`ganomaly-network .box[role=button] >> nth=${index}`);
    const { layer, value, computed: number } = await last();
    assert.equal(layer, symbol);
    assert.ok(Math.abs(value - number) < 1e-3, `${symbol}: ${value}, ${number}`);
  }
  await page.focus(".box[aria-pressed=true]");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.equal((await last()).layer, "e2");
  await page.focus("canvas.maps");
  for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  const held = await last();
  await page.hover("canvas.maps", { position: { x: 5, y: 5 } });
  assert.deepEqual(await last(), held, "a pixel reached by keys stays");
  assert.match(await page.textContent(".working h3"), new RegExp(`Map ${held.map + 1} of 32, row ${held.y + 1}, column ${held.x + 1}`));
  await page.click("canvas.maps", { position: { x: 5, y: 5 } });
  await page.click("canvas.maps", { position: { x: 5, y: 5 } });
  await page.hover("canvas.maps", { position: { x: 100, y: 100 } });
  assert.notDeepEqual(await last(), held, "let go, it follows the pointer");
  const before = await page.textContent(".tables");
  await page.click("text=›");
  assert.notEqual(await page.textContent(".tables"), before);
});

test("another image, another preset, and presets that cannot be shown", async (t) => {
  const page = await openElements(t, `<ganomaly-network preset="fashion-mnist-only-trouser" image="Bag" layer="x′"></ganomaly-network>
    <ganomaly-network preset="mnist-7-skip"></ganomaly-network><ganomaly-network preset="nothing"></ganomaly-network>
    <ganomaly-network image="cat"></ganomaly-network><ganomaly-network layer="conv9" lang="de"></ganomaly-network>`, { viewport: { width: 1100, height: 6000 } });
  await computed(page);
  assert.match(await page.textContent(".about >> nth=0"), /^x′: 1 × 32 × 32/);
  const before = await page.evaluate(() => Array.from(document.querySelector("ganomaly-network").layers[7].maps));
  await page.click("ganomaly-network >> nth=0 >> [aria-label='Image: Trouser']");
  await page.waitForFunction((first) => document.querySelector("ganomaly-network").layers[7].maps.some((value, index) => value !== first[index]), before);
  const said = async (index) => {
    const message = page.locator("ganomaly-network").nth(index).locator(".message");
    await message.waitFor();
    return message.textContent();
  };
  assert.match(await said(1), /does not end in -skip/);
  assert.match(await said(2), /no model “nothing”/);
  assert.match(await said(3), /image="cat" is not possible here. Use 0, 1/);
  assert.match(await said(4), /Das Attribut layer="conv9" geht hier nicht. Möglich: e1, e2/);
});

test("what goes into a network leads to where it comes from; a plain apostrophe will do for a prime", async (t) => {
  const page = await openElements(t, `<ganomaly-network layer="e'1"></ganomaly-network>`);
  await computed(page);
  assert.match(await page.textContent(".about"), /^e′1: 16 × 16 × 16/);
  for (const [network, symbol] of [["decoder", "z"], ["second-encoder", "x′"]]) {
    await page.click(`svg.${network} .input polygon >> nth=0`, { force: true });
    assert.match(await page.textContent(".about"), new RegExp(`^${symbol}: `));
  }
  assert.match(await page.textContent("svg.encoder .input title"), /no layer/);
});

test("zero is what lies behind the maps, and so of the theme's colour, also when the theme changes", async (t) => {
  const page = await openElements(t, NETWORK);
  await computed(page);
  const kinds = await page.evaluate(async () => {
    const { drawNumbers } = await import("./pkg/elements/network/colours.js");
    const canvas = document.createElement("canvas");
    drawNumbers(canvas, [0, 1, -1], { width: 3, height: 1, largest: 1, isImage: false });
    return Array.from(canvas.getContext("2d").getImageData(0, 0, 3, 1).data);
  });
  assert.deepEqual(kinds, [0, 0, 0, 0, 225, 105, 0, 255, 0, 90, 180, 255]);
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme: theme });
    const [maps, cell] = await Promise.all(["canvas.maps", "canvas.source"].map((name) => page.$eval(name, (canvas) => getComputedStyle(canvas).backgroundColor)));
    assert.equal(maps, cell);
    assert.equal(maps, theme === "light" ? "rgb(242, 240, 234)" : "rgb(36, 41, 47)");
  }
});

test("taken away while it starts, it ends without a word", async (t) => {
  const page = await openElements(t, NETWORK);
  await page.evaluate(() => document.querySelector("ganomaly-network").remove());
  await page.waitForLoadState("networkidle");
  await workersAreIdle(page);
});

for (const [screen, options] of LOOKS) {
  test(`accessible and as wide as the page: ${screen}`, async (t) => {
    const page = await openElements(t, NETWORK, options);
    await computed(page);
    await shoot(page, `element-network-${screen}`);
    await assertAccessible(page, screen);
    await page.click(".box[role=button] >> nth=6");
    await shoot(page, `element-network-decoder-${screen}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= options.viewport.width);
  });
}
