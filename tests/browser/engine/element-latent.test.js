import assert from "node:assert/strict";
import { test } from "node:test";
import { LOOKS, openElement, place } from "../embed.js";
import { assertAccessible, nextFrame, shoot, workersAreIdle } from "../page.js";

const close = (value, wanted, tolerance = 1e-9) => assert.ok(Math.abs(value - wanted) < tolerance, `${value} is not ${wanted}`);

/** The element, on a page that keeps what it tells. @param {import("node:test").TestContext} t @param {Parameters<typeof openElement>[3]} [options] */
async function shown(t, options = {}) {
  const page = await openElement(t, "latent", { anomaly: "2" }, options);
  await page.evaluate(() => {
    globalThis.told = [];
    for (const name of ["mapped", "selected", "error"]) addEventListener(`ganomaly-${name}`, (event) => globalThis.told.push([name, /** @type {any} */ (event).detail]));
  });
  return page;
}

const told = (page, name) => page.evaluate((wanted) => globalThis.told.filter(([one]) => one === wanted).map(([, detail]) => detail), name);
const mapped = (page, method) => page.waitForFunction((wanted) => globalThis.told.some(([name, detail]) => name === "mapped" && detail.method === wanted), method);
const message = (page) => page.locator("ganomaly-latent .message");
/** They move to their places for a second. @param {import("../page.js").Page} page opened with a clock */
const marksArrive = async (page) => { await page.clock.runFor(1000); await nextFrame(page); };

test("the map comes after the images, and the figure stays where it was", async (t) => {
  const page = await shown(t);
  const before = await place(page);
  await page.waitForFunction(() => document.querySelector("ganomaly-latent").shadowRoot.querySelector(".check input").checked);
  const first = await page.evaluate(() => performance.now());
  await mapped(page, "pca");
  t.diagnostic(`images after ${Math.round(first)} ms, the map after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
  assert.equal(await place(page), before);
});

test("an image can be looked at before it is scored; then its score follows", async (t) => {
  let letGo = () => {};
  const engine = new Promise((resolve) => { letGo = () => resolve(true); });
  const page = await shown(t, { host: { answers: (name) => (name.endsWith(".wasm") ? engine : true) } });
  await page.locator("ganomaly-latent .status", { hasText: "200" }).waitFor();
  await page.focus("canvas.map");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.textContent("ganomaly-latent h3"), "Digit 0, normal");
  assert.match(await page.textContent(".verdict"), /being computed/);
  const pixels = () => page.$$eval(".pictures canvas", (all) => all.map((canvas) => canvas.width && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((value) => value > 0).length));
  const [input, ...others] = await pixels();
  assert.ok(input > 28 * 28, "the image itself is there");
  assert.deepEqual(others, [0, 0]);
  await shoot(page, "latent-before");
  assert.deepEqual(await told(page, "selected"), []);
  letGo();
  await mapped(page, "pca");
  assert.deepEqual((await told(page, "selected")).map(({ index, class: name }) => [index, name]), [[0, "0"]]);
  assert.match(await page.textContent(".verdict"), /Score \d.*of the images here/);
  for (const shownPixels of await pixels()) assert.ok(shownPixels > 0);
});

test("the map by principal components: pointer, keys, and what they tell", async (t) => {
  const page = await shown(t, { clock: true });
  await mapped(page, "pca");
  assert.equal((await told(page, "mapped"))[0].images, 200);
  await page.getByRole("button", { name: "Highest score" }).click();
  const [highest] = await told(page, "selected");
  assert.equal(highest.z.length, 100);
  const distance = highest.z.reduce((sum, value, index) => sum + (value - highest.again[index]) ** 2, 0) / highest.z.length;
  close(distance / highest.score, 1, 1e-3);
  await page.locator("ganomaly-latent canvas.map").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  assert.ok((await told(page, "selected")).length >= 2, "arrow keys go on");
  await marksArrive(page);
  const box = await page.locator("ganomaly-latent canvas.map").boundingBox();
  for (let share = 0.2; share < 0.8; share += 0.02) await page.mouse.move(box.x + share * box.width, box.y + 0.5 * box.height);
  assert.ok((await told(page, "selected")).length > 4, "the pointer finds images");
  assert.match(await page.locator("ganomaly-latent h3").textContent(), /Digit \d, (normal|an anomaly)/);
  const across = async () => {
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.5 * box.height);
    await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.5 * box.height, { steps: 20 });
  };
  await page.mouse.click(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
  const held = (await told(page, "selected")).length;
  await across();
  assert.equal((await told(page, "selected")).length, held, "a click holds the image");
  await page.mouse.click(box.x + 4, box.y + 4);
  await across();
  assert.ok((await told(page, "selected")).length > held, "a click beside all images lets go");
  assert.match(await page.locator("ganomaly-latent .verdict").textContent(), /Score \d.*threshold for 5%/);
});

test("t-SNE on demand: not fetched before, can be given up, pauses, and the seed decides", async (t) => {
  const page = await shown(t, { host: {} });
  await mapped(page, "pca");
  assert.ok(!page.requests.some((name) => name.endsWith("tsne.js")));
  await page.getByRole("button", { name: "t-SNE" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForFunction(() => globalThis.told.filter(([name]) => name === "mapped").length === 2);
  assert.deepEqual((await told(page, "mapped")).map(({ method }) => method), ["pca", "pca"]);
  await page.getByRole("button", { name: "t-SNE" }).click();
  await mapped(page, "tsne");
  assert.equal(await page.getByRole("button", { name: "t-SNE" }).getAttribute("aria-pressed"), "true");
  assert.match(await page.textContent("ganomaly-latent .status"), /seed 0/);
  await page.getByRole("button", { name: "Another seed" }).click();
  await page.locator("ganomaly-latent .status", { hasText: "seed 1" }).waitFor();
});

test("wrong attributes are said in place, and another value mends them", async (t) => {
  const page = await shown(t);
  const set = (name, value) => page.$eval("ganomaly-latent", (one, [attribute, wanted]) => one.setAttribute(attribute, wanted), [name, value]);
  for (const [name, value, sentence] of [["each", "5000", /each="5000".*from 3 to 40/], ["anomaly", "12", /anomaly="12"/], ["seed", "x", /seed="x"/]]) {
    await set(name, value);
    await message(page).filter({ hasText: sentence }).waitFor();
    await page.$eval("ganomaly-latent", (one, attribute) => one.removeAttribute(attribute), name);
    await message(page).waitFor({ state: "hidden" });
  }
  await set("preset", "no-such-model");
  await message(page).filter({ hasText: "There is no model “no-such-model”" }).waitFor();
});

test("taken away in the middle, nothing goes on and nothing fails", async (t) => {
  let letGo = () => {};
  const engine = new Promise((resolve) => { letGo = () => resolve(true); });
  const page = await shown(t, { host: { answers: (name) => (name.endsWith(".wasm") ? engine : true) } });
  const removed = page.evaluate(() => new Promise((done) => {
    const element = document.querySelector("ganomaly-latent");
    const look = () => {
      if (element.shadowRoot.querySelector("progress")?.hidden !== false) return;
      element.remove();
      done(undefined);
    };
    new MutationObserver(look).observe(element.shadowRoot, { attributes: true, childList: true, subtree: true });
    look();
  }));
  letGo();
  await removed;
  await workersAreIdle(page);
  assert.deepEqual(await page.evaluate(() => globalThis.told), []);
});

for (const [look, options] of LOOKS) {
  test(`accessible, and as wide as the screen: ${look}`, async (t) => {
    const page = await shown(t, { ...options, clock: true });
    await mapped(page, "pca");
    await page.getByRole("button", { name: "Highest score" }).click();
    await marksArrive(page);
    await shoot(page, `latent-${look}`);
    await assertAccessible(page, look);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= options.viewport.width);
  });
}
