/** Ten thousand images: brought, checked and looked at. How long the page was held up is printed, and no condition: that depends on the machine. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { png, rings } from "../fixtures.js";
import { allChecked, bring, countOf, createProject, intakeIsOver, learn, openTool, projectIs, saved, startWithFakeEngine } from "../inspect.js";
import { downloadBy, memoryOf, messages, nextFrame, until } from "../page.js";
import { openResults, resultsOf, shownNames, shows, startWithResults } from "../results-project.js";
import { zip } from "../zip-fixture.js";

/** @typedef {import("../page.js").Page} Page */

const MANY = 10_000;
/** Megabytes. */
const MOST_MEMORY = 300;

/** A small grey image like no other. */
const unique = (number) => png(12, 12, (x, y) => [(number >> ((x + y) % 16)) % 2 === 0 ? (x * 20 + number) % 256 : (y * 20 + (number >> 8)) % 256]);

function folderOf(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-many-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Takes note of what held the page up. */
function watchTasks() {
  globalThis.tasks = [];
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.tasks.push(Math.round(duration)); }).observe({ type: "longtask" });
}

/** The longest since the last call, in milliseconds. @param {Page} page */
const longestTasks = (page) => page.evaluate(() => globalThis.tasks.splice(0).sort((a, b) => b - a).slice(0, 5));

/** Tells the page how many files come to the intake in one message, and when results are written. */
const INTAKE_TELLS = `{
  const told = new BroadcastChannel("files brought");
  addEventListener("message", ({ data }) => { if (data.method === "bring") told.postMessage(data.params.files.length); });
}\n`;
const STORAGE_TELLS = `{
  const told = new BroadcastChannel("results written");
  const find = FileSystemDirectoryHandle.prototype.getFileHandle;
  FileSystemDirectoryHandle.prototype.getFileHandle = async function (name, options) {
    if (name === "results.json" && options?.create) told.postMessage(null);
    return find.call(this, name, options);
  };
}\n`;

/** Keeps what is told on a channel. @param {Page} page @param {string} channel */
async function listenTo(page, channel) {
  await page.evaluate((name) => {
    globalThis.heard = { ...globalThis.heard, [name]: [] };
    new BroadcastChannel(name).onmessage = ({ data }) => globalThis.heard[name].push(data);
  }, channel);
  return () => page.evaluate((name) => globalThis.heard[name], channel);
}

/** Every result is written, but not every time that there is a new one. */
async function scoreThemAll(t, page) {
  const writes = await listenTo(page, "results written");
  await bring(page, "normals", rings(12));
  await learn(page);
  await longestTasks(page);
  const began = performance.now();
  await allChecked(page);
  t.diagnostic(`${MANY} scores in ${seconds(began)}; longest tasks of the page ${await longestTasks(page)} ms`);
  await saved(page);
  const written = (await writes()).length;
  assert.ok(written > 0 && written < 300, `written ${written} times for 625 portions`);
}

const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(0)} s`;

test("ten thousand images stream in with memory flat, and can be given up", { skip: process.platform !== "linux" && "memory is read from /proc" }, async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { "inspect/storage/worker.js": STORAGE_TELLS } });
  const page = await openTool(t, started, { before: watchTasks });
  await createProject(page, "Many");
  const all = Array.from({ length: MANY }, (_, number) => ({ name: `image-${number}.png`, data: unique(number) }));
  const file = path.join(folderOf(t), "many.zip");
  writeFileSync(file, zip(all));
  const before = await memoryOf(started.browser);
  let highest = before;
  const began = performance.now();
  await page.setInputFiles("#images-files", file);
  await page.waitForSelector("[data-testid=images-intake-progress]");
  await until(async () => {
    highest = Math.max(highest, await memoryOf(started.browser));
    return page.isHidden("[data-testid=images-intake-progress]");
  }, 300);
  t.diagnostic(`${MANY} images in ${seconds(began)}; memory ${before.toFixed(0)} MB before, at most ${highest.toFixed(0)} MB; longest tasks of the page ${await longestTasks(page)} ms`);
  assert.equal(await countOf(page, "images"), MANY);
  await saved(page);
  assert.ok(highest - before < MOST_MEMORY, `memory grew by ${(highest - before).toFixed(0)} MB`);
  assert.ok((await page.$$("#images-grid .virtual-cell")).length < 200, "only what is on the screen is there");
  await scoreThemAll(t, page);

  await page.click("#messages-normals .dismiss");
  await page.setInputFiles("#normals-files", file);
  await page.waitForFunction(() => /^\d{2,}/.test(document.querySelector("[data-testid=normals-intake-progress] .number-text").textContent));
  await page.click("[data-testid=normals-intake-cancel]");
  await intakeIsOver(page, "normals");
  assert.match((await messages(page, /** @type {any} */ ("normals"))).join(), /^Note: Stopped\. The \d+ files looked at so far are taken in\./);
  const number = await countOf(page, "normals");
  assert.ok(number > 10 && number < MANY, String(number));
  await saved(page);
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await projectIs(page, "Many");
  assert.equal(await countOf(page, "normals"), number);
  assert.equal(await countOf(page, "images"), MANY);
});

test("files from the disk go to the worker in portions", async (t) => {
  const FILES = 2000;
  const folder = folderOf(t);
  for (let number = 0; number < FILES; number++) writeFileSync(path.join(folder, `${number}.png`), unique(number));
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { "inspect/intake/worker.js": INTAKE_TELLS } }), { before: watchTasks });
  await createProject(page, "From the disk");
  const portions = await listenTo(page, "files brought");
  // What the browser does with its own dialogue before it says so is not the page's.
  await page.evaluate(() => document.querySelector("#images-folder-files").addEventListener("change", () => { globalThis.tasks.length = 0; }, { capture: true }));
  const began = performance.now();
  await page.setInputFiles("#images-folder-files", folder);
  await page.waitForSelector("[data-testid=images-intake-progress]", { state: "visible" });
  assert.match(await page.textContent("[data-testid=images-intake-progress] .number-text"), /of 2000 files/);
  await intakeIsOver(page, "images");
  assert.equal(await countOf(page, "images"), FILES);
  t.diagnostic(`${FILES} files in ${seconds(began)}; longest tasks of the page ${await longestTasks(page)} ms`);
  const brought = await portions();
  assert.equal(brought.reduce((sum, one) => sum + one, 0), FILES);
  assert.ok(Math.max(...brought) <= 100, `${Math.max(...brought)} files in one message: the page waits until the browser has looked up all of them`);
});

test("ten thousand results are sorted, filtered, searched, judged and scrolled", async (t) => {
  const UNSCORED = 1000;
  const scores = Array.from({ length: MANY }, (_, index) => ((index * 7919) % 10_007) / 20_000);
  const results = resultsOf({ scores, held: 39, names: scores.map((_, index) => `belt ${index % 5}/picture ${index}.png`) });
  for (const image of results.images.slice(-UNSCORED)) Object.assign(image, { score: null, pValue: null });
  const page = await openResults(t, await startWithResults(t), results, { before: watchTasks });
  const longest = {};
  const doing = async (what, act) => {
    await longestTasks(page);
    await act();
    await nextFrame(page);
    [longest[what] = 0] = await longestTasks(page);
    assert.ok((await page.$$("#images-grid :is(.virtual-cell, .virtual-row)")).length < 300, `${what}: few elements for many images`);
  };
  await doing("scores coming in", async () => {
    await page.waitForFunction(() => /^\d{4} of 10000 scored/.test(document.querySelector("#scoring-text").textContent));
    await page.waitForSelector("#images-grid[data-complete=true]");
  });
  await doing("sort by name", async () => {
    await page.selectOption("#sort", "name");
    await until(async () => (await shownNames(page))[0] === "belt 0/picture 0.png");
  });
  assert.deepEqual((await shownNames(page)).slice(0, 3), ["belt 0/picture 0.png", "belt 0/picture 5.png", "belt 0/picture 10.png"]);
  await doing("filter", async () => {
    await page.selectOption("#filter", "flagged");
    await page.waitForFunction(() => /^\d+ of 10000 images$/.test(document.querySelector("#images-shown").textContent));
  });
  await doing("filter all", async () => {
    await page.selectOption("#filter", "all");
    await shows(page, "10000 images");
  });
  await doing("search", async () => {
    await page.type("#search", "picture 99");
    await shows(page, "111 of 10000 images");
  });
  await page.fill("#search", "");
  await shows(page, "10000 images");
  const scroll = (selector) => async () => {
    for (let step = 1; step <= 12; step++) {
      await page.$eval(selector, (frame, share) => { frame.scrollTop = frame.scrollHeight * share; }, step / 12);
      await nextFrame(page);
    }
  };
  await doing("scroll pictures", scroll("[data-testid=virtual-grid]"));
  await doing("move the limit", async () => {
    await page.focus("#threshold-handle");
    for (let step = 0; step < 8; step++) await page.keyboard.press("ArrowLeft");
  });
  await doing("table", async () => {
    await page.check("[data-testid=view-table]", { force: true });
    await page.waitForSelector(".virtual-row");
  });
  for (const column of ["name", "score", "verdict"]) {
    await doing(`sort by ${column}`, async () => {
      await page.click(`[data-testid=sort-${column}]`);
      await page.waitForSelector(`th.column-${column}:not([aria-sort=none])`);
    });
  }
  await doing("scroll the table", scroll(".virtual-table-frame"));
  await doing("review", async () => {
    await page.click("#review");
    for (const key of ["a", "r", "a", "u"]) await page.keyboard.press(key);
    await page.keyboard.press("Escape");
  });
  await doing("report", async () => {
    await page.click("#take-report");
    await page.waitForFunction(() => /^\d{2,} of \d+ images written$/.test(document.querySelector("#writing span").textContent));
    await page.click("#writing-cancel");
    await page.waitForSelector("#writing", { state: "hidden" });
  });
  await doing("csv", () => downloadBy(page, "#take-csv"));
  await doing("json", () => downloadBy(page, "#take-json"));
  await doing("mark folders", async () => {
    await page.evaluate(() => { document.querySelector("#known-panel").open = true; });
    await page.selectOption("[data-folder='belt 1'] select", "normal");
    await page.selectOption("[data-folder='belt 2'] select", "anomaly");
    await page.waitForSelector("[data-testid=roc]");
  });
  t.diagnostic(`longest tasks in milliseconds: ${JSON.stringify(longest)}`);
});
