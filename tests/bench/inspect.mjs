/**
 * What the tool reaches on real images, in a real browser, on the CPU: normal images are learnt from, others are checked,
 * with the settings untouched.
 *
 *   node tests/bench/inspect.mjs NORMALS OTHER-NORMALS [ANOMALIES...]
 *
 * Folders of image files; of NORMALS the first 100 in a seeded order are learnt from, and up to 500 others are checked.
 * CHROME and WASM_BINDGEN_TEST_WEBDRIVER_JSON name the browser, as in .tools/test.sh; SITE another folder than dist/, SEED
 * another choice of the 100, START=nothing random weights. Prints the times, the AUC by folder of anomalies (against OTHER-NORMALS), how many normal
 * images are flagged at 5 %, and while images were checked: how the memory grew (of the page, and of the whole renderer
 * with its workers), and how long the page was blocked at most.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { allChecked, bring, createProject, listIsThere, saved } from "../browser/inspect.js";
import { memoryOf } from "../browser/page.js";
import { serve } from "../browser/server.js";

const GIVEN = 100;
const MOST_REMAINING = 500;
const [normalsFolder, othersFolder, ...anomalyFolders] = process.argv.slice(2);
if (!othersFolder) throw new Error("Name a folder of normal images, one of other normal images, and any of anomalies.");

const filesOf = (folder) => readdirSync(folder).sort().map((name) => path.join(folder, name));

/** The same order every time: by a small generator of random numbers (Park and Miller, 1988). */
function shuffled(list, seed) {
  let state = seed + 1;
  const random = () => { state = (state * 48271) % 2147483647; return state / 2147483647; };
  return list.map((one) => ({ one, key: random() })).sort((a, b) => a.key - b.key).map(({ one }) => one);
}

function auc(normal, anomalous) {
  const wins = anomalous.flatMap((high) => normal.map((low) => (high > low ? 1 : high === low ? 0.5 : 0)));
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

const server = await serve({ folder: path.resolve(process.env.SITE ?? "dist") });
const { args } = JSON.parse(readFileSync(process.env.WASM_BINDGEN_TEST_WEBDRIVER_JSON, "utf8"))["goog:chromeOptions"];
const browser = await chromium.launch({ executablePath: process.env.CHROME, args });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
page.setDefaultTimeout(600_000);
const opened = Date.now();
const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;
await page.goto(`${server.url}inspect.html?backend=cpu`);
await listIsThere(page);
await createProject(page, "Measured");
const normals = shuffled(filesOf(normalsFolder), Number(process.env.SEED ?? 0));
await bring(page, "normals", normals.slice(0, GIVEN));
if (process.env.START) {
  await page.click("#settings > summary");
  await page.selectOption("[data-testid=setting-start]", process.env.START);
}
const clicked = Date.now();
await page.click("#learn-start");
await page.waitForSelector("#learn-trained[data-model=true]");
console.log(`learnt from ${GIVEN} images in ${since(clicked)}, ${since(opened)} after opening the page`);
console.log(await page.textContent("#messages-learn"));

const heap = async () => (await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6;
const before = { heap: await heap(), all: await memoryOf(browser) };
let highest = before.all;
const watching = setInterval(async () => { highest = Math.max(highest, await memoryOf(browser)); }, 1000);
await page.evaluate(() => {
  const tasks = (window.longTasks = []);
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
});
const started = Date.now();
const remaining = normals.slice(GIVEN, GIVEN + MOST_REMAINING);
const groups = new Map([["other images of the folder learnt from", remaining], ["other normal images", filesOf(othersFolder)]]);
for (const folder of anomalyFolders) groups.set(folder, filesOf(folder));
for (const files of groups.values()) if (files.length > 0) await bring(page, "images", files);
await allChecked(page);
await saved(page);
const seconds = since(started);
clearInterval(watching);
const tasks = (await page.evaluate(() => window.longTasks)).sort((a, b) => b - a);
const images = await page.evaluate(async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
  for await (const [, folder] of projects.entries()) return JSON.parse(await (await (await folder.getFileHandle("results.json")).getFile()).text()).images;
});
console.log(`${images.length} images checked in ${seconds}; the page's heap grew by ${((await heap()) - before.heap).toFixed(0)} MB, renderer and workers from ${before.all.toFixed(0)} MB to at most ${highest.toFixed(0)} MB`);
console.log(`tasks of the page over 50 ms: ${tasks.length}, longest ${tasks.slice(0, 5).map(Math.round).join(", ") || "none"} ms`);

const groupOf = new Map([...groups].flatMap(([group, files]) => files.map((file) => [path.basename(file), group])));
const scored = images.filter(({ score }) => score !== null);
const of = (group) => scored.filter(({ name }) => groupOf.get(path.basename(name)) === group);
const [remainingGroup, othersGroup, ...anomalyGroups] = groups.keys();
for (const group of [remainingGroup, othersGroup]) {
  const found = of(group);
  console.log(`${found.filter(({ pValue }) => pValue <= 0.05).length} of ${found.length} flagged at 5 %: ${group}`);
}
const scoresOf = (group) => of(group).map(({ score }) => score);
const normal = scoresOf(othersGroup);
for (const group of anomalyGroups) console.log(`AUC ${auc(normal, scoresOf(group)).toFixed(4)} ${group}`);
if (anomalyGroups.length > 1) console.log(`AUC ${auc(normal, anomalyGroups.flatMap(scoresOf)).toFixed(4)} all`);
await browser.close();
await server.close();
