/** A project with results, put into the browser's storage as the tool itself would have left it there. */
import { png, ring } from "./fixtures.js";
import { engineFrom, openTool, projectIs } from "./inspect.js";
import { nextFrame, startShared } from "./page.js";
import { cardOf, calibrationOf } from "./stand-in.js";

const ID = "11111111-1111-4111-8111-111111111111";
const FIRST_NORMAL = 2 ** 40;

/** @typedef {import("playwright-core").Page} Page */

/** @param {import("node:test").TestContext} t */
export const startWithResults = (t) => startShared(t, { module: "", extra: engineFrom("results-engine.js") });

const idOf = (number) => number.toString(16).padStart(64, "0");

/** A picture with a spot that is a bit different for every number. */
const spotted = (number) => png(48, 36, (x, y) => {
  const spot = Math.hypot(x - 8 - ((number * 7) % 32), y - 8 - ((number * 5) % 20)) < 6;
  return spot ? [200, 60, 40] : [70 + (x % 8), 100 + (number % 60), 110 + (y % 8)];
});

/**
 * As many images as scores; the number of held-out normal images decides what can be promised.
 * @param {{ scores: (number | null)[], names?: string[], held?: number, files?: Buffer[], with?: (image: any, index: number) => void, project?: any }} wanted
 */
export function resultsOf({ scores, names = [], held = 39, files, with: change = () => {}, project = {} }) {
  // 0.01, 0.02 and so on: each threshold is easily told.
  const calibration = calibrationOf(Array.from({ length: held }, (_, index) => (index + 1) / 100));
  const normals = Array.from({ length: 8 }, (_, index) => ({ id: idOf(FIRST_NORMAL + index), name: `normal-${index}.png`, bytes: 500, type: "image/png" }));
  const images = scores.map((score, index) => {
    const image = {
      id: idOf(index + 1), name: names[index] ?? `image-${index + 1}.png`, bytes: 500, type: "image/png", score, pValue: score === null ? null : pValueOf(calibration.scores, score), review: "", note: "",
    };
    change(image, index);
    return image;
  });
  const card = cardOf("Welds", { channels: 3 });
  const now = "2026-01-02T03:04:05.000Z";
  return {
    project: {
      format: "ganomaly-project", version: 1, id: ID, name: "Welds", created: now, modified: now, rate: 5, batchRate: null, normals, run: null,
      settings: { size: null, channels: null, framing: { region: null, tiles: 2 }, method: null, epochs: null, batchSize: null, learningRate: null, seed: 1 },
      model: { file: "model.safetensors", card, calibration, bestEpoch: 7, split: null, trainedOn: normals.map(({ id }) => id), known: [7, 6, 4, 4, 0] },
      ...project,
    },
    images,
    files: images.map((_, index) => (files ?? [])[index] ?? spotted(index % 40)),
    normalFiles: normals.map((_, index) => ring(index).buffer),
  };
}

const pValueOf = (rising, score) => (1 + rising.filter((other) => other >= score).length) / (rising.length + 1);

/**
 * Opens the tool with that project in it.
 * @param {import("node:test").TestContext} t @param {{ server: any, browser: any }} started
 * @param {ReturnType<typeof resultsOf>} results @param {any} [options]
 * @returns {Promise<Page>}
 */
export async function openResults(t, started, results, options = {}) {
  const page = await openTool(t, started, options);
  await plant(page, results);
  await page.evaluate((id) => { location.hash = `project=${id}`; }, ID);
  await projectIs(page, results.project.name);
  await page.waitForFunction((all) => document.querySelector("#images-shown")?.textContent.startsWith(String(all)), results.images.length);
  return page;
}

async function plant(page, { project, images, files, normalFiles }) {
  const encoded = [...new Set(files)].map((file) => file.toString("base64"));
  const places = new Map([...new Set(files)].map((file, index) => [file, index]));
  await page.evaluate(async (given) => {
    const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects", { create: true });
    const folder = await root.getDirectoryHandle(given.project.id, { create: true });
    const inside = await folder.getDirectoryHandle("files", { create: true });
    const write = async (place, name, content) => {
      const file = await (await place.getFileHandle(name, { create: true })).createWritable();
      await file.write(content);
      await file.close();
    };
    const contents = given.encoded.map(bytes);
    const AT_ONCE = 40;
    for (let first = 0; first < given.images.length; first += AT_ONCE) {
      await Promise.all(given.images.slice(first, first + AT_ONCE).map((image, index) => write(inside, image.id, contents[given.places[first + index]])));
    }
    for (const [index, { id }] of given.project.normals.entries()) await write(inside, id, bytes(given.normalFiles[index]));
    await write(folder, "model.safetensors", "model");
    await write(folder, "results.json", JSON.stringify({ format: "ganomaly-results", version: 1, images: given.images }));
    await write(folder, "project.json", JSON.stringify(given.project));
  }, { project, images, encoded, places: files.map((file) => places.get(file)), normalFiles: normalFiles.map((file) => file.toString("base64")) });
}

/** What the list shows, from its beginning, by name: in the order in which it is on the screen. @param {Page} page */
export const shownNames = (page) => page.$$eval("#images-grid :is(.virtual-cell, .virtual-row)", (all) => all
  .filter((one) => one.checkVisibility())
  .map((one) => ({ name: one.dataset.name ?? one.title.split(":")[0], place: Number(one.getAttribute("aria-posinset") ?? one.getAttribute("aria-rowindex")) }))
  .sort((a, b) => a.place - b.place).map(({ name }) => name));

/** Waits until so many images are shown. @param {Page} page @param {string} text of images-shown */
export const shows = (page, text) => page.waitForFunction((wanted) => document.querySelector("#images-shown").textContent === wanted, text);

/** What the project on the disk says of an image. @param {Page} page @param {string} name */
export async function stored(page, name) {
  await nextFrame(page); // that it is not saved is shown by then
  await page.waitForSelector("#save-state[data-phase=saved]", { state: "attached" });
  return page.evaluate(async ([id, wanted]) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    const folder = await root.getDirectoryHandle(id);
    const text = async (file) => (await (await folder.getFileHandle(file)).getFile()).text();
    if (wanted === "") return JSON.parse(await text("project.json"));
    return JSON.parse(await text("results.json")).images.find((image) => image.name === wanted);
  }, [ID, name]);
}
