/**
 * What the tool reaches on real images, in a real browser, on the CPU: normal images are learnt from, others are checked,
 * with the settings untouched.
 *
 *   node tests/bench/inspect.mjs NORMALS OTHER-NORMALS [ANOMALIES...]
 *
 * Folders of image files; of NORMALS the first 100 in a seeded order are learnt from, and up to 500 others are checked.
 * CHROME and WASM_BINDGEN_TEST_WEBDRIVER_JSON name the browser, as in .tools/test.sh; SITE another folder than dist/, SEED
 * another choice of the 100, METHOD=ganomaly another method. Prints the times, the AUC by folder of anomalies (against OTHER-NORMALS), how many normal
 * images are flagged at 5 %, and while images were checked: how the memory grew (of the page, and of the whole renderer
 * with its workers), and how long the page was blocked at most.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { allChecked, bring, createProject, openTool, saved } from "../browser/inspect.js";
import { memoryOf, start } from "../browser/page.js";
import { within } from "./within.mjs";

/** @typedef {import("../browser/page.js").Page} Page */

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

const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

/** Learns from the first of the normal images. @param {Page} page @param {string[]} normals */
async function learn(page, normals) {
  const opened = Date.now();
  await createProject(page, "Measured");
  await bring(page, "normals", normals.slice(0, GIVEN));
  if (process.env.METHOD) {
    await page.click("#settings > summary");
    await page.selectOption("[data-testid=setting-method]", process.env.METHOD);
  }
  const clicked = Date.now();
  await page.click("#learn-start");
  await page.waitForSelector("#learn-trained[data-model=true]");
  console.log(`learnt from ${GIVEN} images in ${since(clicked)}, ${since(opened)} after opening the page`);
  console.log(await page.textContent("#messages-learn"));
}

/** Checks images, and says what that cost. @param {Page} page @param {import("playwright-core").Browser} browser @param {string[][]} groups @returns {Promise<any[]>} */
async function check(page, browser, groups) {
  const heap = async () => (await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6;
  const before = { heap: await heap(), all: await memoryOf(browser) };
  let highest = before.all;
  const watching = setInterval(async () => { highest = Math.max(highest, await memoryOf(browser)); }, 1000);
  await page.evaluate(() => {
    const tasks = (window.longTasks = []);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const started = Date.now();
  for (const files of groups) if (files.length > 0) await bring(page, "images", files);
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
  return images;
}

const normals = shuffled(filesOf(normalsFolder), Number(process.env.SEED ?? 0));
const groups = new Map([["other images of the folder learnt from", normals.slice(GIVEN, GIVEN + MOST_REMAINING)], ["other normal images", filesOf(othersFolder)]]);
for (const folder of anomalyFolders) groups.set(folder, filesOf(folder));

const images = await within(async (t) => {
  const started = await start(t);
  const page = await openTool(t, started);
  page.setDefaultTimeout(600_000);
  await learn(page, normals);
  return check(page, started.browser, [...groups.values()]);
});

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
