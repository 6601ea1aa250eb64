import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, shoot, workersAreIdle } from "../page.js";
import { detailOf, LOOKS, openElement, openElements, place } from "../embed.js";

const complete = (page) => page.waitForFunction(() => /^(Drag|Ziehen)/.test(document.querySelector("ganomaly-roc").shadowRoot.querySelector(".hint")?.textContent ?? ""));
const message = (page) => page.waitForSelector("ganomaly-roc .message:not([hidden])").then((one) => one.textContent());
const rate = (page, name) => page.textContent(`[data-rate=${name}]`);

test("the first scores are shown before all are there, the samples are counted, and the figure stays where it was", async (t) => {
  const page = await openElement(t, "roc");
  const before = await place(page);
  const first = await page.evaluate(() => new Promise((done) => {
    const { shadowRoot } = document.querySelector("ganomaly-roc");
    const look = () => {
      if (!shadowRoot.querySelector("[role=slider][tabindex='0']")) return requestAnimationFrame(look);
      done({ time: performance.now(), hint: shadowRoot.querySelector(".hint").textContent });
    };
    look();
  }));
  assert.doesNotMatch(first.hint, /^Drag/, "the others are still on their way");
  await complete(page);
  t.diagnostic(`first scores after ${Math.round(first.time)} ms, all after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
  assert.equal(await place(page), before);
  assert.match(await rate(page, "tpr"), /\/ 40 =/);
  assert.match(await page.textContent(".about"), /^Model mnist-0, MNIST test images\. Never seen in training: digit 0\./);
  assert.match(await rate(page, "fpr"), /\/ 360 =/);
  const auc = Number(await rate(page, "auc"));
  assert.ok(auc > 0.7 && auc < 0.95, `AUC ${auc}, where the whole test set has 0.81`);
});

test("pointer and keys move the threshold, and everything follows", async (t) => {
  const page = await openElement(t, "roc", { anomaly: "2" });
  await complete(page);
  const { x, y, width, height } = await page.locator("[role=slider]").boundingBox();
  const dragged = await detailOf(page, "ganomaly-threshold", async () => {
    await page.mouse.move(x + width * 0.6, y + height / 2);
    await page.mouse.down();
  });
  assert.equal(dragged.truePositives + dragged.falseNegatives, 40);
  await page.mouse.move(x + width * 0.2, y + height / 2, { steps: 5 });
  await page.mouse.up();
  const lower = await page.textContent("[data-cell=truePositives] strong");
  assert.ok(Number(lower) >= dragged.truePositives);
  await page.focus("[role=slider]");
  const everything = await detailOf(page, "ganomaly-threshold", () => page.keyboard.press("Home"));
  assert.deepEqual([everything.tpr, everything.fpr], [1, 1]);
  const nothing = await detailOf(page, "ganomaly-threshold", () => page.keyboard.press("End"));
  assert.deepEqual([nothing.tpr, nothing.fpr], [0, 0]);
  const before = nothing.threshold;
  const stepped = await detailOf(page, "ganomaly-threshold", () => page.keyboard.press("ArrowLeft"));
  assert.ok(stepped.threshold < before);
  assert.match(await page.getAttribute("[role=slider]", "aria-valuetext"), /of the anomalies found/);
  const corner = await detailOf(page, "ganomaly-threshold", () => page.click(".square", { position: { x: 2, y: 2 } }));
  assert.ok(corner.tpr > corner.fpr, "a point of the curve near its best corner");
});

test("scores of the page's own need no model, and others leave the threshold where it is", async (t) => {
  const page = await openElement(t, "roc", { scores: JSON.stringify({ normal: [0.1, 0.2, 0.3], anomalous: [0.25, 0.6] }) }, { host: {} });
  await complete(page);
  const set = (scores) => page.evaluate((value) => document.querySelector("ganomaly-roc").setAttribute("scores", value), scores);
  const { threshold } = await detailOf(page, "ganomaly-threshold", async () => {
    await page.focus("[role=slider]");
    await page.keyboard.press("ArrowLeft");
  });
  await set(JSON.stringify({ normal: [0.1, 0.15], anomalous: [0.2, 0.9, 0.95] }));
  await page.waitForFunction(() => document.querySelector("ganomaly-roc").shadowRoot.querySelector("[data-rate=tpr]").textContent.includes("/ 3"));
  const next = await detailOf(page, "ganomaly-threshold", () => page.keyboard.press("ArrowLeft"));
  assert.ok(next.threshold < threshold && next.threshold > threshold - 0.05);
  assert.match(await page.textContent(".about"), /^Scores given by this page\./);
  await set("[1, 2");
  assert.match(await message(page), /Use JSON such as/);
  assert.equal(page.requests.some((name) => name.includes("wasm") || name.includes("weights")), false);
});

test("a threshold that nobody has moved follows the scores", async (t) => {
  const scores = (from) => JSON.stringify({ normal: Array.from({ length: 40 }, (_, index) => from * (1 + index)), anomalous: [from * 30, from * 60] });
  const page = await openElement(t, "roc", { scores: scores(1e-6) });
  await complete(page);
  assert.deepEqual([await rate(page, "tpr"), await rate(page, "fpr")], ["1 / 2 = 50%", "2 / 40 = 5%"]);
  await page.evaluate((value) => document.querySelector("ganomaly-roc").setAttribute("scores", value), scores(0.1));
  await page.waitForFunction(() => document.querySelector("ganomaly-roc").shadowRoot.querySelector(".threshold-label").textContent.includes("3.8"));
  assert.deepEqual([await rate(page, "tpr"), await rate(page, "fpr")], ["1 / 2 = 50%", "2 / 40 = 5%"]);
});

test("page keys are left to the page, and Escape gives it all keys", async (t) => {
  const page = await openElement(t, "roc", { scores: JSON.stringify({ normal: [1, 2], anomalous: [3] }) });
  await complete(page);
  await page.focus("[role=slider]");
  const before = await page.textContent(".threshold-label");
  const left = await page.evaluate(() => {
    const slider = document.querySelector("ganomaly-roc").shadowRoot.querySelector("[role=slider]");
    return ["PageDown", "PageUp"].map((key) => slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true })));
  });
  assert.deepEqual(left, [true, true]);
  assert.equal(await page.textContent(".threshold-label"), before);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
});

test("a mistake is told once, and nothing is said to be under way any more", async (t) => {
  const wrong = ['anomaly="two"', 'theme="purple"', 'preset="nothing"', 'scores="no"'];
  const page = await openElements(t, "<div></div>");
  for (const attribute of wrong) {
    const told = await page.evaluate(async (markup) => {
      let count = 0;
      const place = document.querySelector("div");
      place.addEventListener("ganomaly-error", () => { count += 1; });
      place.innerHTML = markup;
      while (count === 0) await new Promise((done) => { setTimeout(done, 20); });
      await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
      return count;
    }, `<ganomaly-roc ${attribute}></ganomaly-roc>`);
    assert.equal(told, 1, attribute);
    assert.doesNotMatch(await page.$eval("ganomaly-roc", (figure) => figure.shadowRoot.textContent), /Getting the networks ready/);
    await page.evaluate(() => document.querySelector("div").replaceWith(document.createElement("div")));
  }
});

test("a page's colours count in light and dark, and its typography does not", async (t) => {
  const figure = `<div><ganomaly-roc scores='{"normal":[1,2],"anomalous":[3]}'></ganomaly-roc></div>`;
  const page = await openElements(t, figure);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("div { text-align: center; text-transform: uppercase; letter-spacing: 9px; --ganomaly-normal: rgb(1, 2, 3); }");
    document.adoptedStyleSheets = [sheet];
  });
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    const look = await page.$eval("ganomaly-roc", ({ shadowRoot }) => {
      const { textAlign, textTransform, letterSpacing } = getComputedStyle(shadowRoot.querySelector("h3"));
      return [getComputedStyle(shadowRoot.querySelector(".count.above")).color, textAlign, textTransform, letterSpacing];
    });
    assert.deepEqual(look, ["rgb(1, 2, 3)", "start", "none", "normal"], colorScheme);
  }
});

test("what is wrong is said in place, and mended in place", async (t) => {
  const page = await openElement(t, "roc", { preset: "nothing" });
  assert.match(await message(page), /no model “nothing”/);
  await page.evaluate(() => document.querySelector("ganomaly-roc").setAttribute("anomaly", "10"));
  await page.waitForFunction(() => document.querySelector("ganomaly-roc").shadowRoot.textContent.includes('anomaly="10"'));
  await page.evaluate(() => {
    const figure = document.querySelector("ganomaly-roc");
    figure.setAttribute("anomaly", "9");
    figure.removeAttribute("preset");
  });
  await complete(page);
  assert.equal(await page.isVisible("#after"), true);
});

test("a figure that is removed or scrolled away in the middle stops, and goes on when it is back", async (t) => {
  const page = await openElement(t, "roc");
  await page.waitForSelector("[role=slider][tabindex='0']");
  await page.evaluate(() => {
    const figure = document.querySelector("ganomaly-roc");
    figure.remove();
    document.querySelector("h2").after(document.createElement("ganomaly-roc"));
  });
  await page.waitForSelector("[role=slider][tabindex='0']");
  await page.evaluate(() => { document.querySelector("ganomaly-roc").hidden = true; });
  await workersAreIdle(page);
  await page.evaluate(() => { document.querySelector("ganomaly-roc").hidden = false; });
  await complete(page);
});

for (const [look, options] of LOOKS) {
  test(`accessible, and fits: ${look}`, async (t) => {
    const page = await openElement(t, "roc", look === "phone-dark" ? { lang: "de" } : {}, options);
    const before = await place(page);
    await complete(page);
    assert.equal(await place(page), before, "nothing moves");
    await shoot(page, `element-roc-${look}`);
    await assertAccessible(page, look);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });
}
