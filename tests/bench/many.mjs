/**
 * Thousands of images of mixed formats, some of them broken, in the inspector, by the real engine: whether every file is
 * counted, and how much memory they take.
 *
 *   python tests/bench/many.py --folder FOLDER
 *   node tests/bench/many.mjs FOLDER
 *
 * CHROME and WASM_BINDGEN_TEST_WEBDRIVER_JSON name the browser, as in .tools/test.sh; SITE another folder than dist/. Learns
 * from FOLDER/normals, checks FOLDER/few and then FOLDER/many, and prints for each: times, how many files have a score, how
 * many were left out for which reason, and the memory of the renderer with its workers.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { allChecked, bring, createProject, fileText, learn, leftOut, openTool, saved } from "../browser/inspect.js";
import { memoryOf, start } from "../browser/page.js";
import { within } from "./within.mjs";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Name a folder that tests/bench/many.py has made.");

const since = (began) => `${((Date.now() - began) / 1000).toFixed(0)} s`;

/** How often each is there. @param {string[]} list */
const counted = (list) => list.reduce((counts, one) => ({ ...counts, [one]: (counts[one] ?? 0) + 1 }), {});

/** Learns, and has a part of the folder checked in a browser of its own; returns the most memory. @param {any} t @param {string} part */
async function check(t, part) {
  const started = await start(t);
  const page = await openTool(t, started);
  page.setDefaultTimeout(0);
  await createProject(page, part);
  await bring(page, "normals", path.join(folder, "normals"), "normals-folder-files");
  await learn(page);
  const before = await memoryOf(started.browser);
  let highest = before;
  const watching = setInterval(async () => { highest = Math.max(highest, await memoryOf(started.browser)); }, 500);
  const began = Date.now();
  await bring(page, "images", path.join(folder, part), "images-folder-files");
  const brought = since(began);
  await allChecked(page);
  await saved(page);
  clearInterval(watching);
  const { images } = JSON.parse(await fileText(page, "results.json"));
  const [scored, without] = [images.filter(({ score }) => score !== null), images.filter(({ score }) => score === null)];
  console.log(`${part}, ${readdirSync(path.join(folder, part)).length} files: ${images.length} taken in after ${brought}, all looked at after ${since(began)}`);
  console.log(`${scored.length} with a score; left out ${JSON.stringify(await leftOut(page, "images"))}; without a score ${JSON.stringify(counted(without.map(({ error }) => error)), null, 1)}`);
  console.log(`memory ${before.toFixed(0)} MB before, at most ${highest.toFixed(0)} MB`);
  return highest;
}

const few = await within((t) => check(t, "few"));
const many = await within((t) => check(t, "many"));
console.log(`${(many - few).toFixed(0)} MB more for many than for few`);
