/** Opens the page in a real browser and reads it the way a visitor would. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.js";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const SITE = path.resolve(ROOT, process.env.SITE ?? "dist");
const SCREENSHOTS = path.join(ROOT, "artifacts/screenshots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A guard against hanging, far longer than anything takes: nothing is measured with it. */
export const PATIENCE_MS = Number(process.env.PATIENCE ?? 120_000);

function browserOptions() {
  const { CHROME, HEADLESS_SHELL = CHROME, WASM_BINDGEN_TEST_WEBDRIVER_JSON: settings } = process.env;
  if (!CHROME || !settings) throw new Error("No browser is set up: run `make test`, which names one in the environment.");
  const { args } = JSON.parse(readFileSync(settings, "utf8"))["goog:chromeOptions"];
  // Pages of a shared profile have one process, which compiles the WebAssembly module once.
  return { executablePath: HEADLESS_SHELL, args: [...args, "--process-per-site"] };
}

/** @type {Promise<import("playwright-core").Browser> | null} */
let launched = null;
/** By their options, in JSON. @type {Map<string, SharedSite>} */
const sharedSites = new Map();

/** The one browser of this process, and so of a file of tests. */
export const theBrowser = () => (launched ??= chromium.launch(browserOptions()));

/** Ends the browser, and the servers that its pages have shared. */
export async function endBrowser() {
  const browser = await launched;
  launched = null;
  await browser?.close();
  for (const { server } of sharedSites.values()) await server.close();
  sharedSites.clear();
}

// Benchmarks, which end it themselves, come here without a test runner.
if (process.argv[1].endsWith(".test.js")) after(endBrowser);

/** What a test has opened, to be ended before anything else: a page must not see its server go. @type {WeakMap<import("node:test").TestContext, (() => Promise<any>)[]>} */
const ends = new WeakMap();

/** @param {import("node:test").TestContext} t */
function endsOf(t) {
  if (!ends.has(t)) {
    ends.set(t, []);
    t.after(() => Promise.all(ends.get(t).map((end) => end())));
  }
  return ends.get(t);
}

/**
 * Serves the page, as long as the test lasts, for the browser that all tests of a file have. Each page has a profile of its own.
 * @param {import("node:test").TestContext} t
 * @param {Partial<Parameters<typeof serve>[0]>} [options]
 */
export async function start(t, options = {}) {
  endsOf(t); // comes first and so ends first
  const server = await serve({ folder: SITE, ...options });
  t.after(() => server.close());
  return { server, browser: await theBrowser() };
}

/**
 * The same for tests in which neither the network nor what the browser keeps of it is tested: tests with the same options have one
 * server, and their pages one profile, whose storage is emptied after each test. What was fetched and compiled once is there.
 * @param {import("node:test").TestContext} t
 * @param {Partial<Parameters<typeof serve>[0]> & { module?: string }} [options] such that JSON tells them apart; `module`: where the WebAssembly
 *   module lies, "" if there is none
 */
export async function startShared(t, { module = "pkg/wasm/ganomaly_bg.wasm", ...options } = {}) {
  endsOf(t);
  const key = JSON.stringify(options);
  if (!sharedSites.has(key)) sharedSites.set(key, new SharedSite(await theBrowser(), await serve({ folder: SITE, caching: "max-age=3600", ...options }), module));
  const site = sharedSites.get(key);
  site.server.requests.length = 0;
  return { server: site.server, browser: site };
}

/** A server, and the profiles in which its pages are opened. */
class SharedSite {
  #browser;
  #module;
  /** By their options, each with a page that stays. @type {Map<string, { context: import("playwright-core").BrowserContext, keeper: import("playwright-core").Page }>} */
  #profiles = new Map();

  /**
   * @param {import("playwright-core").Browser} browser @param {Awaited<ReturnType<typeof serve>>} server
   * @param {string} module if any: while a page has it, what the browser has compiled of it is there for the others
   */
  constructor(browser, server, module) {
    this.#browser = browser;
    this.#module = module;
    this.server = server;
  }

  /** @param {import("playwright-core").BrowserContextOptions} options */
  async profile(options) {
    const key = JSON.stringify(options);
    if (!this.#profiles.has(key)) {
      const context = await this.#browser.newContext(options);
      const keeper = await context.newPage();
      await keeper.goto(`${this.server.url}icon.svg`);
      if (this.#module) await keeper.evaluate(async (module) => { globalThis.kept = await WebAssembly.compileStreaming(fetch(module)); }, this.#module);
      this.#profiles.set(key, { context, keeper });
    }
    const { context, keeper } = this.#profiles.get(key);
    return { context, end: () => this.#empty(context, keeper) };
  }

  async #empty(context, keeper) {
    await Promise.all(context.pages().filter((page) => page !== keeper).map((page) => page.close()));
    const session = await context.newCDPSession(keeper);
    await session.send("Storage.clearDataForOrigin", { origin: this.server.origin, storageTypes: "all" });
    await session.detach();
  }
}

/** @param {import("playwright-core").Browser | SharedSite} browser @param {import("playwright-core").BrowserContextOptions} options */
async function profileOf(browser, options) {
  if (browser instanceof SharedSite) return browser.profile(options);
  const context = await browser.newContext(options);
  return { context, end: () => context.close() };
}

/**
 * A page. Whatever the page reports as an error makes the test fail.
 * @param {import("node:test").TestContext} t
 * @param {import("playwright-core").Browser | SharedSite} browser from `start` or `startShared`
 * @param {string} url
 * @param {import("playwright-core").BrowserContextOptions & { mayComplain?: boolean, clock?: boolean }} [options] whether errors are expected, and whether
 *   the page's time can be moved on by `page.clock`
 */
export async function open(t, browser, url, { mayComplain = false, clock = false, ...options } = {}) {
  const { context, end } = await profileOf(browser, { serviceWorkers: "block", viewport: { width: 1280, height: 900 }, ...options });
  endsOf(t).push(end);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.stack));
  page.on("console", (message) => { if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`); });
  if (!mayComplain) t.after(() => assert.deepEqual(errors, [], "errors in the browser's console"));
  await page.addInitScript(watchCalls);
  if (clock) await page.clock.install();
  await page.goto(url);
  return page;
}

/** @typedef {import("playwright-core").Page} Page */

/** Waits until every image of the set in view has its scores. @param {Page} page */
export async function allScored(page) {
  await page.waitForSelector("#cards[data-complete=true] [data-testid=card]");
  await nextFrame(page);
}

/** Changes show at most one frame later. @param {Page} page */
export const nextFrame = (page) => page.evaluate(() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)));
}));

/** Waits until nothing moves any more that will come to rest: transitions, and scrolling. What blinks goes on. @param {Page} page */
export async function atRest(page) {
  await nextFrame(page);
  await page.evaluate(() => {
    const once = document.getAnimations().filter((animation) => animation.effect.getComputedTiming().iterations === 1);
    return Promise.allSettled(once.map((animation) => animation.finished));
  });
  await nextFrame(page);
}

/** Run in a page before its own code: counts the calls of its workers that are not answered. */
function watchCalls() {
  globalThis.callsUnderWay = 0;
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...more) {
    if (message.id !== undefined) {
      globalThis.callsUnderWay += 1;
      this.addEventListener("message", function answered({ data }) {
        if (data.id !== message.id || data.event !== undefined) return;
        globalThis.callsUnderWay -= 1;
        this.removeEventListener("message", answered);
      });
    }
    return postMessage.call(this, message, ...more);
  };
}

/** Waits until the workers have nothing to do for the page. @param {Page} page opened with `open` */
export async function workersAreIdle(page) {
  await nextFrame(page); // by then the page has noticed what was done
  await page.waitForFunction(() => globalThis.callsUnderWay === 0);
}

/** Waits until the engine and a model are there. @param {Page} page @param {"cpu" | "webgpu"} backend */
export async function engineIs(page, backend) {
  await page.waitForSelector(`#backend-status[data-backend=${backend}]`);
}

/**
 * Every card of the set in view, the ones behind "Show more" too.
 * @param {Page} page
 * @returns {Promise<{ name: string, score: number | null, verdict: string, which: string, note: string }[]>}
 */
export async function cards(page) {
  while (await page.isVisible("#show-more")) {
    await page.click("#show-more");
    await nextFrame(page);
  }
  // New cards are drawn a few in each frame.
  await page.waitForFunction(() => {
    const all = document.querySelectorAll("[data-testid=card]");
    const said = document.querySelector("input[name=set]:checked + span").textContent.match(/\d+/);
    return document.querySelector("#filter").value !== "all" || all.length === Number(said[0]);
  });
  return page.$$eval("[data-testid=card]", (all) => all.map((card) => ({
    name: card.dataset.name,
    score: card.dataset.score === "" ? null : Number(card.dataset.score),
    verdict: card.dataset.verdict,
    which: card.dataset.which,
    note: card.querySelector(".other").textContent,
  })));
}

/** The scores in view by image. @param {Page} page @returns {Promise<Map<string, number>>} */
export async function scores(page) {
  return new Map((await cards(page)).filter((card) => card.score !== null).map((card) => [card.name, card.score]));
}

/** The largest difference between two sets of scores of the same images, as a share of the score. */
export function largestDifference(some, others) {
  assert.deepEqual([...some.keys()].sort(), [...others.keys()].sort());
  return Math.max(...[...some].map(([name, score]) => Math.abs(score - others.get(name)) / Math.abs(others.get(name))));
}

/** What the page says at a place. @param {Page} page @param {"page" | "model" | "images" | "tune"} place */
export async function messages(page, place) {
  return page.$$eval(`#messages-${place} .message p`, (all) => all.map((message) => message.textContent));
}

/** Opens a weights file in step 1 and waits for the verdict on it. @param {Page} page */
export async function openWeights(page, file) {
  await page.setInputFiles("#weights-file", file);
  const name = typeof file === "string" ? path.basename(file) : file.name;
  await page.waitForFunction((title) => document.querySelector("#model-status").textContent.startsWith(title), `“${name}” is loaded`);
  await nextFrame(page);
}

/** Chooses a model of the list by its id, and waits until it is in use. @param {Page} page @param {string} id */
export async function chooseModel(page, id) {
  await page.check(`[data-testid="model-${id}"]`);
  await modelIs(page, id);
}

/** Waits until something holds that the page itself cannot tell. @param {() => Promise<boolean> | boolean} condition @param {number} [everyMs] */
export async function until(condition, everyMs = 20) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never came to hold: ${condition}`);
    await new Promise((resolve) => { setTimeout(resolve, everyMs); });
  }
}

/** @param {Page} page @param {string} id */
export const modelIs = (page, id) => page.waitForSelector(`#model-status[data-model="${id}"]:not([hidden])`);

/** Shows the models of a data set and a method. @param {Page} page @param {string} dataset @param {string} method */
export async function browse(page, dataset, method) {
  await page.check(`[data-testid="dataset-${dataset}"]`, { force: true });
  await page.check(`[data-testid="method-${method}"]`, { force: true });
  await nextFrame(page);
}

/** @param {Page} page @param {import("./fixtures.js").FilePayload[]} files */
export async function addOwnImages(page, files) {
  await page.setInputFiles("#images-files", files);
  await page.waitForSelector("[data-testid=set-own]:checked");
  await allScored(page);
}

/** Fills in the settings and presses the button. @param {Page} page */
export async function startTuning(page, { epochs, batchSize, learningRate = 0.0002 }) {
  await page.evaluate(() => { document.querySelector("#settings").open = true; });
  await page.fill("#epochs", String(epochs));
  await page.fill("#batch-size", String(batchSize));
  await page.fill("#learning-rate", String(learningRate));
  await page.click("#tune-start");
}

/** @param {Page} page @param {string} phase */
export const phaseIs = (page, phase) => page.waitForSelector(`#run[data-phase=${phase}]`);

/** Clicks and keeps what the browser downloads. @param {Page} page @param {string} selector */
export async function downloadBy(page, selector) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** Keeps a picture of the page as it is, in artifacts/screenshots, where PICTURES asks for it. @param {Page} page @param {string} name */
export async function shoot(page, name, { fullPage = true } = {}) {
  if (!process.env.PICTURES) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  if (fullPage) await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await nextFrame(page);
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage });
}

/** Fails on serious trouble for people who use assistive technology. @param {Page} page @param {string} state */
export async function assertAccessible(page, state) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 3).map((node) => node.target.join(" ")) }));
  });
  assert.deepEqual(found.filter(({ impact }) => impact === "serious" || impact === "critical"), [], `axe, ${state}`);
}

/** What the pages and workers of the browser hold, in megabytes; on Linux. @param {import("playwright-core").Browser} browser */
export async function memoryOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const kilobytes = processInfo.filter((one) => one.type === "renderer").map(({ id }) => {
    const found = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return found ? Number(found[1]) : 0;
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1000;
}
