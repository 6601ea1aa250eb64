/**
 * What the tool reaches on real images, in a real browser, on the CPU: normal images are learnt from, others are checked,
 * with the settings untouched.
 *
 *   node tests/bench/inspect.mjs NORMALS OTHER-NORMALS [ANOMALIES...]
 *
 * Folders of image files; of NORMALS the first 100 in a seeded order are taken. CHROME and WASM_BINDGEN_TEST_WEBDRIVER_JSON
 * name the browser, as in .tools/test.sh; SITE another folder than dist/, SEED another choice of the 100. Prints the times, the AUC by folder of
 * anomalies, how many normal images are flagged at 5 %, and how the memory of the page grew.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { allChecked, bring, createProject, listIsThere, saved } from "../browser/inspect.js";
import { serve } from "../browser/server.js";

const GIVEN = 100;
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
await bring(page, "normals", shuffled(filesOf(normalsFolder), Number(process.env.SEED ?? 0)).slice(0, GIVEN));
const clicked = Date.now();
await page.click("#learn-start");
await page.waitForSelector("#learn-trained[data-model=true]");
console.log(`learnt from ${GIVEN} images in ${since(clicked)}, ${since(opened)} after opening the page`);
console.log(await page.textContent("#messages-learn"));

const memory = async () => (await page.evaluate(() => performance.memory.usedJSHeapSize)) / 2 ** 20;
const before = await memory();
const started = Date.now();
const groups = [othersFolder, ...anomalyFolders];
for (const folder of groups) await bring(page, "images", filesOf(folder));
await allChecked(page);
await saved(page);
const images = await page.evaluate(async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
  for await (const [, folder] of projects.entries()) return JSON.parse(await (await (await folder.getFileHandle("results.json")).getFile()).text()).images;
});
console.log(`${images.length} images checked in ${since(started)}, the page's heap grew by ${(await memory() - before).toFixed(0)} MiB`);

const names = new Map(groups.flatMap((folder) => readdirSync(folder).map((name) => [name, folder])));
const scored = images.filter(({ score }) => score !== null).map((image) => ({ ...image, group: names.get(path.basename(image.name)) }));
const scoresOf = (group) => scored.filter((image) => image.group === group).map(({ score }) => score);
const normal = scored.filter((image) => image.group === othersFolder);
console.log(`${normal.filter(({ pValue }) => pValue <= 0.05).length} of ${normal.length} normal images flagged at 5 %`);
for (const folder of anomalyFolders) console.log(`AUC ${auc(scoresOf(othersFolder), scoresOf(folder)).toFixed(4)} ${path.basename(folder)}`);
if (anomalyFolders.length > 1) console.log(`AUC ${auc(scoresOf(othersFolder), anomalyFolders.flatMap(scoresOf)).toFixed(4)} all`);
await browser.close();
await server.close();
