/** What any good page has, measured: the head, a layout that stays, what fingers and eyes need, how much is fetched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresAreReady } from "../figures.js";
import { listIsThere } from "../inspect.js";
import { allScored, atRest, engineIs, open, startShared } from "../page.js";
import { openResults, resultsOf, startWithResults } from "../results-project.js";

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true };
const NARROWEST = { viewport: { width: 320, height: 640 } };
const SMALLEST_TARGET = 24;
const SMALLEST_FONT = 12;
const MOST_SHIFT = 0.1;
/** Of each page: when all of it is there, and its kilobytes as they lie on the disk, without the engine, models and samples. @type {Record<string, { isThere: (page: import("../page.js").Page) => Promise<any>, budget: number }>} */
const PAGES = {
  "index.html": { isThere: async (page) => { await allScored(page); await engineIs(page, "cpu"); }, budget: 230 },
  "inspect.html": { isThere: async (page) => { await listIsThere(page); await engineIs(page, "cpu"); }, budget: 505 },
  "lesson.html": { isThere: figuresAreReady, budget: 400 },
  "teach.html": { isThere: figuresAreReady, budget: 400 },
};

/** Takes note of how far things move by themselves. */
function watchShifts() {
  globalThis.shift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of /** @type {any[]} */ (list.getEntries())) if (!hadRecentInput) globalThis.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** A page as it is after it has come. @param {import("node:test").TestContext} t @param {string} name @param {any} [options] @param {(page: import("../page.js").Page) => Promise<any>} [isThere] */
async function arrived(t, name, options = {}, isThere = PAGES[name].isThere) {
  const { server, browser } = await startShared(t);
  const page = await open(t, browser, "about:blank", options);
  await page.addInitScript(watchShifts);
  await page.goto(`${server.url}${name}?backend=cpu`);
  await isThere(page);
  return page;
}

/** What can be seen on the page, in the shadow of elements too. @param {import("../page.js").Page} page */
const visibleElements = (page) => page.evaluateHandle(() => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? [one, ...within(one.shadowRoot)] : [one]));
  return within(document.body).filter((one) => one.checkVisibility({ visibilityProperty: true }));
});

/** What can be pressed and is too small for a finger; links in sentences may be as high as the line. */
const smallTargets = async (page) => (await visibleElements(page)).evaluate((all, smallest) => all
  .filter((one) => one.matches("a, button, input, select, textarea, summary, [role=slider], [role=option], [role=button]"))
  .filter((one) => !(one.matches("p a") && one.parentElement.textContent.trim() !== one.textContent.trim()))
  .map((one) => ({ one, box: (one.closest("label") ?? one).getBoundingClientRect() }))
  .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < smallest - 0.5)
  .map(({ one, box }) => `${one.tagName} ${one.id || one.textContent.trim()} ${Math.round(box.width)} x ${Math.round(box.height)}`), SMALLEST_TARGET);

/** What is written too small, as it is on the screen: drawings may be made larger or smaller. */
const smallTexts = async (page) => (await visibleElements(page)).evaluate((all, smallest) => {
  const found = [];
  for (const element of all) {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim();
    if (!text || element.matches("sub, sup, tspan")) continue; // an index is smaller than what it stands at
    const scale = element instanceof SVGGraphicsElement ? element.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < smallest - 0.01) found.push(`${element.getRootNode().host?.localName ?? ""} ${text.slice(0, 40)}: ${size.toFixed(1)}`.trim());
  }
  return [...new Set(found)];
}, SMALLEST_FONT);

/** Pictures whose place is not kept until they come. */
const unreserved = (page) => page.evaluate(() => [...document.images].filter((image) => image.checkVisibility()).filter((image) => {
  const before = image.getBoundingClientRect();
  image.removeAttribute("src");
  image.alt = "";
  const { width, height } = image.getBoundingClientRect();
  return Math.abs(width - before.width) > 1 || Math.abs(height - before.height) > 1;
}).map((image) => image.outerHTML));

for (const [name, { budget }] of Object.entries(PAGES)) {
  test(`${name}: the head says what the page is, to whom, and in which colours`, async (t) => {
    const page = await arrived(t, name, {}, (one) => one.waitForSelector(":root.filled"));
    const head = await page.evaluate(() => {
      const content = (selector) => document.querySelector(selector)?.content ?? "";
      return {
        language: document.documentElement.lang, title: document.title, description: content("meta[name=description]"), viewport: content("meta[name=viewport]"),
        colours: [...document.querySelectorAll("meta[name=theme-color]")].map((one) => [one.media.match(/light|dark/)?.[0], one.content]),
        papers: getComputedStyle(document.documentElement).getPropertyValue("--paper"), headings: document.querySelectorAll("h1").length,
        links: ["icon", "manifest", "apple-touch-icon"].filter((rel) => !document.querySelector(`link[rel=${rel}]`)),
      };
    });
    assert.equal(head.language, "en");
    assert.ok(head.title.length > 10 && head.title.length < 70, head.title);
    assert.ok(head.description.length > 50 && head.description.length < 170, `${head.description.length} letters describe it`);
    assert.match(head.viewport, /width=device-width/);
    assert.doesNotMatch(head.viewport, /user-scalable|maximum-scale/, "whoever needs it may zoom");
    assert.deepEqual(head.colours.map(([scheme]) => scheme).sort(), ["dark", "light"]);
    assert.equal(head.colours.find(([scheme]) => scheme === "light")[1], head.papers.trim(), "the frame has the colour of the page");
    assert.equal(head.headings, 1);
    assert.deepEqual(head.links, []);
  });

  test(`${name}: nothing moves by itself, and no more is fetched than is needed`, async (t) => {
    const page = await arrived(t, name);
    await atRest(page);
    const { shift, sizes } = await page.evaluate(() => ({
      shift: globalThis.shift,
      sizes: performance.getEntries().filter((one) => /^(navigation|resource)$/.test(one.entryType) && !/\/(wasm\/|weights\/|samples\/)|sw\.js|offline\.json/.test(one.name))
        .map((one) => /** @type {const} */ ([one.name, /** @type {any} */ (one).encodedBodySize])),
    }));
    // What page and workers both import is fetched once.
    const bytes = [...new Map(sizes).values()].reduce((sum, one) => sum + one, 0);
    t.diagnostic(`layout shift ${shift.toFixed(3)}, ${Math.round(bytes / 1000)} kB before the engine`);
    assert.ok(shift < MOST_SHIFT, `layout shift ${shift}`);
    assert.ok(bytes < budget * 1000, `${bytes} bytes`);
    assert.deepEqual(await unreserved(page), []);
  });

  test(`${name}: for fingers and eyes, on a phone and on the narrowest screen`, async (t) => {
    const page = await arrived(t, name, PHONE);
    assert.deepEqual(await smallTargets(page), []);
    assert.deepEqual(await smallTexts(page), []);
    await page.setViewportSize(NARROWEST.viewport);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= NARROWEST.viewport.width);
  });
}

test("an open project with results: for fingers and eyes, on a phone and on the narrowest screen", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [0.9, 0.2, 0.8, 0.1], project: { batchRate: 10 } }), PHONE);
  for (const panel of ["#known-panel", "#framing", "#settings", "#privacy-more"]) await page.$eval(panel, (one) => { /** @type {any} */ (one).open = true; });
  await atRest(page);
  assert.deepEqual(await smallTargets(page), []);
  assert.deepEqual(await smallTexts(page), []);
  await page.setViewportSize(NARROWEST.viewport);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= NARROWEST.viewport.width);
  await page.setViewportSize(PHONE.viewport);
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForSelector("[data-testid=terms] li");
  assert.deepEqual(await smallTargets(page), []);
  assert.deepEqual(await smallTexts(page), []);
  assert.ok(await page.$eval("#viewer", (one) => one.scrollWidth <= one.clientWidth));
});

