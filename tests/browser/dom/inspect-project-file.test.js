/** Whatever project.json and results.json say, the page shows it or refuses it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { png } from "../fixtures.js";
import { openTool, projectsAre, startWithFakeEngine } from "../inspect.js";
import { messages } from "../page.js";
import { resultsOf } from "../results-project.js";
import { zipPayload } from "../zip-fixture.js";

/** What is wrong, by name. @type {Record<string, (project: any, images: any[]) => void>} */
const WRONG = {
  tiles: (project) => { project.settings.framing.tiles = 1e9; },
  region: (project) => { project.settings.framing.region = { left: 0, top: 0, width: 0, height: 1 }; },
  size: (project) => { project.settings.size = -3; },
  epochs: (project) => { project.settings.epochs = "abc"; },
  method: (project) => { project.settings.method = "no method"; },
  name: (project) => { project.name = "\u0001 \u0002"; },
  card: (project) => { project.model.card = null; },
  file: (project) => { project.model.file = "../model.safetensors"; },
  falling: (project) => { project.model.calibration.scores.reverse(); },
  scores: (project) => { project.model.calibration.scores[0] = "low"; },
  intervals: (project) => { project.model.calibration.intervals = [[0.1]]; },
  known: (project) => { project.model.known = [99]; },
  run: (project) => { project.run = { epoch: 1, epochs: 2, trainedOn: [], settings: { framing: null } }; },
  label: (_, images) => { images[0].label = "zzz"; },
  note: (_, images) => { images[0].note = 5; },
  review: (_, images) => { images[0].review = {}; },
  error: (_, images) => { images[0].error = {}; },
  pValue: (_, images) => { images[0].pValue = 2; },
};

const idOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** Puts projects into the browser's storage. @param {import("../inspect.js").Page} page */
const plant = (page, projects) => page.evaluate(async (all) => {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects", { create: true });
  for (const { project, images } of all) {
    const folder = await root.getDirectoryHandle(project.id, { create: true });
    const write = async (name, value) => {
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(JSON.stringify(value));
      await file.close();
    };
    await write("results.json", { format: "ganomaly-results", version: 1, images });
    await write("project.json", project);
  }
}, projects);

test("projects that say what cannot be are damaged; what is not known is no matter", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  const wrong = Object.entries(WRONG).map(([name, change], index) => {
    const { project, images } = structuredClone({ ...resultsOf({ scores: [0.1, 0.9] }), files: [] });
    Object.assign(project, { id: idOf(index), name });
    change(project, images);
    return { project, images };
  });
  const { project, images } = structuredClone({ ...resultsOf({ scores: [0.1, 0.9] }), files: [] });
  Object.assign(project, { name: "Sound", later: { than: "this" }, settings: { ...project.settings, later: 1 }, model: { ...project.model, later: 2 } });
  images[0].later = 3;
  await plant(page, [...wrong, { project, images }]);
  await page.reload();
  await page.waitForSelector("[data-testid=project-link]");
  await projectsAre(page, ["Sound"]);
  assert.equal(await page.$$eval("[data-testid=project-entry]", (all) => all.filter((one) => /Its files are damaged/.test(one.textContent)).length), wrong.length);
  await page.click("[data-testid=project-link]");
  await page.waitForSelector("#project:not([hidden])");
});

/** A project file whose normal images are these. @param {Buffer[]} files */
function projectFile(name, files) {
  const { project } = resultsOf({ scores: [] });
  const normals = files.map((file, index) => ({ id: createHash("sha256").update(file).digest("hex"), name: `${index}.png`, bytes: file.length, type: "image/png" }));
  return zipPayload(name, [
    ...normals.map(({ id }, index) => ({ name: `files/${id}`, data: files[index], deflate: true })),
    { name: "project.json", data: Buffer.from(JSON.stringify({ ...project, normals, model: null })) },
  ]);
}

test("images in a project file are looked at as others are", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  const gigapixel = Buffer.from(png(2, 2, () => [0]));
  gigapixel.writeUInt32BE(40_000, 16);
  gigapixel.writeUInt32BE(25_000, 20);
  const padded = (number) => Buffer.concat([png(12, 12, () => [number]), Buffer.alloc(60 * 2 ** 20)]);
  const cases = /** @type {[any, RegExp][]} */ ([
    [projectFile("gigapixel.zip", [gigapixel]), /it holds what is no image, or one with too many pixels: files\/[0-9a-f]{64}\. Nothing has changed\./],
    [projectFile("text.zip", [Buffer.from("no image")]), /it holds what is no image/],
    [projectFile("bomb.zip", [1, 2, 3, 4, 5].map(padded)), /it inflates to more than a hundred times its size/],
  ]);
  for (const [file, expected] of cases) {
    await page.setInputFiles("#import-file", file);
    await page.waitForSelector("#messages-projects .message");
    assert.match((await messages(page, /** @type {any} */ ("projects"))).join(), expected);
    await page.click("#messages-projects .dismiss");
  }
  await projectsAre(page, []);
});
