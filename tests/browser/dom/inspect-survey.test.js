/** A whole data set, or a project file, among images: it is asked about before anything is taken in. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { ring } from "../fixtures.js";
import { countOf, createProject, fileText, intakeIsOver, leftOut, openTool, projectIs, projectsAre, saved, startWithFakeEngine } from "../inspect.js";
import { assertAccessible, messages, nextFrame, until } from "../page.js";
import { ALL_IN_SET, dataSet, IN_SET, projectFile } from "../set-fixture.js";
import { zipPayload } from "../zip-fixture.js";

const setAsZip = () => zipPayload("set.zip", dataSet());
const LEFT = { mask: IN_SET.mask, unknown: IN_SET.unknown, other: IN_SET.other };
const said = async (page, place) => (await messages(page, place)).join();

/** The same as a folder on the disk. */
function setAsFolder(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-set-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const { name, data } of dataSet()) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), data);
  }
  return path.join(folder, "set");
}

/** A page with an empty project. */
async function withProject(t, name = "Mine") {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, name);
  return page;
}

/** Brings files by the button that has the focus, and waits for the question. */
async function bringAndBeAsked(page, files, button = "normals-choose", input = "normals-files") {
  await page.focus(`#${button}`);
  await page.setInputFiles(`#${input}`, files);
  await page.waitForSelector("[data-testid=ask]");
}

const focused = (page) => page.evaluate(() => document.activeElement.id || /** @type {HTMLElement} */ (document.activeElement).dataset.testid);
const focusIs = (page, id) => until(async () => (await focused(page)) === id);

/** Presses a button of the dialogue. */
async function press(page, choice) {
  await page.click(`[data-testid=ask-${choice}]`);
  await page.waitForSelector("[data-testid=ask]", { state: "detached" });
}

test("a data set among the normal images is told, and sorted from the keyboard", async (t) => {
  const page = await withProject(t);
  await bringAndBeAsked(page, setAsZip());
  assert.equal(await countOf(page, "normals"), 0, "nothing is taken in before");
  const dialog = await page.textContent("[data-testid=ask]");
  for (const sentence of [
    /whole data set/, /12 normal images, in train\/good/, /2 normal images to test with/, /4 anomalies of 2 kinds: scratch \(3\), dent \(1\)/, /4 masks/, /1 image in no folder/,
    /1 other file/, /6 images to test with go to the images to check/, /The other 6 are left out/, /the anomalies and the masks would be learnt as normal/,
  ]) assert.match(dialog, sentence);
  assert.equal(await focused(page), "ask-sort");
  assert.equal(await page.getAttribute("[data-testid=ask]", "aria-describedby"), "ask-body");
  await assertAccessible(page, "a data set");
  await page.keyboard.press("Enter");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images"), await leftOut(page, "normals")], [IN_SET.normal, IN_SET.normalTest + IN_SET.anomaly, LEFT]);
  assert.equal(await said(page, "normals"), "Note: 12 images taken in. 6 images went to the images to check, marked as what they are known to be.");
  assert.equal(await page.getAttribute("#messages-normals", "role"), "status");
  await focusIs(page, "normals-choose");
  await saved(page);
  const { images } = JSON.parse(await fileText(page, "results.json"));
  assert.deepEqual(images.map(({ name, label }) => [name.split("/").at(-2), label]), [...Array(2).fill(["good", "normal"]), ...Array(3).fill(["scratch", "anomaly"]), ["dent", "anomaly"]]);
});

test("a folder is sorted in the same way, and may be taken as it is", async (t) => {
  const page = await withProject(t);
  const folder = setAsFolder(t);
  await bringAndBeAsked(page, folder, "normals-folder", "normals-folder-files");
  await press(page, "all");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await leftOut(page, "normals")], [ALL_IN_SET - 1, { other: 1 }]);
  await page.click("#normals-clear");
  await press(page, "confirm");
  await page.click("[data-testid=normals-left-out] .dismiss");
  await bringAndBeAsked(page, folder, "normals-folder", "normals-folder-files");
  await press(page, "sort");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images"), await leftOut(page, "normals")], [IN_SET.normal, IN_SET.normalTest + IN_SET.anomaly, LEFT]);
});

test("cancelled, nothing is taken in; who leaves the project is asked no longer", async (t) => {
  const page = await withProject(t);
  await bringAndBeAsked(page, setAsZip());
  await page.keyboard.press("Escape");
  await page.waitForSelector("#messages-normals .message");
  assert.equal(await said(page, "normals"), "Note: Nothing was taken in.");
  await focusIs(page, "normals-choose");
  assert.deepEqual([await countOf(page, "normals"), await leftOut(page, "normals")], [0, {}]);
  await bringAndBeAsked(page, setAsZip());
  await page.goBack();
  await page.waitForSelector("[data-testid=ask]", { state: "detached" });
  await page.waitForSelector("[data-testid=project-link]");
  await page.goForward();
  await projectIs(page, "Mine");
  assert.equal(await countOf(page, "normals"), 0);
});

test("among the images to check, masks are left out and said", async (t) => {
  const page = await withProject(t);
  await page.setInputFiles("#images-files", setAsZip());
  await intakeIsOver(page, "images");
  assert.deepEqual([await countOf(page, "images"), await leftOut(page, "images")], [ALL_IN_SET - IN_SET.mask - 1, { mask: IN_SET.mask, other: 1 }]);
  assert.match(await page.textContent("[data-testid=images-left-out]"), /4 × a mask of a data set, which shows where an anomaly is: /);
});

test("dropped on the list, a data set begins a project only if it is wanted", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  const drop = ({ name, buffer }) => page.evaluate(async ([file, bytes]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(/** @type {any} */ (bytes))], /** @type {string} */ (file)));
    document.querySelector("#projects").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, [name, [...buffer]]);
  await drop(setAsZip());
  await page.waitForSelector("[data-testid=ask]");
  await press(page, "cancel");
  assert.equal(await said(page, "projects"), "Note: Nothing was taken in.");
  await projectsAre(page, []);
  await drop(setAsZip());
  await page.waitForSelector("[data-testid=ask]");
  await press(page, "sort");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images")], [IN_SET.normal, IN_SET.normalTest + IN_SET.anomaly]);
});

test("a project file among the normal images is opened, or its normal images are taken", async (t) => {
  const page = await withProject(t);
  const file = projectFile("Bottles", 5, 3);
  await bringAndBeAsked(page, file);
  assert.match(await page.textContent("[data-testid=ask]"), /This is a project file.*the project “Bottles”: 5 normal images · not trained · 3 images to check\./s);
  assert.equal(await focused(page), "ask-open");
  await press(page, "take");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images"), await leftOut(page, "normals")], [5, 0, {}]);
  assert.equal(await page.getAttribute("#normals-grid .virtual-cell", "title"), "camera/ring-0.png");
  await bringAndBeAsked(page, file);
  await press(page, "cancel");
  await page.waitForSelector("#messages-normals [data-sentence='Nothing was taken in.']");
  await saved(page);
  await bringAndBeAsked(page, { ...file, name: "renamed.zip" });
  await press(page, "open");
  await projectIs(page, "Bottles");
  await nextFrame(page);
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images")], [5, 3]);
  await focusIs(page, "project-name");
  await page.click("#back");
  await projectsAre(page, ["Mine", "Bottles"]);
});

test("among the images to check it is asked about, too; among other files it can be left out", async (t) => {
  const page = await withProject(t);
  const file = projectFile("Bottles", 5, 3);
  await bringAndBeAsked(page, file, "images-choose", "images-files");
  await press(page, "take");
  await intakeIsOver(page, "images");
  assert.equal(await countOf(page, "images"), 3);
  await bringAndBeAsked(page, [ring(20), file, ring(21)]);
  assert.match(await page.textContent("[data-testid=ask]"), /Bottles\.ganomaly\.zip: each holds a whole project/);
  await press(page, "leave");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await leftOut(page, "normals")], [2, { project: 1 }]);
  await page.click("[data-testid=normals-left-out] .dismiss");
  await bringAndBeAsked(page, [projectFile("Empty", 0, 1), ring(22)]);
  assert.equal(await page.$("[data-testid=ask-take]"), null, "there is nothing to take");
  await press(page, "cancel");
});

test("a project file that cannot be opened says so, and nothing changes", async (t) => {
  const page = await withProject(t);
  const entries = [{ name: "project.json", data: Buffer.from('{"format":"ganomaly-project","version":99}') }, { name: "results.json", data: Buffer.from("{}") }];
  await bringAndBeAsked(page, zipPayload("later.zip", entries));
  await press(page, "open");
  await page.waitForSelector("#messages-project .message");
  assert.match(await said(page, "project"), /“later\.zip” could not be opened: it was made by a later version/);
  assert.equal(await page.textContent("#project-name"), "Mine");
});
