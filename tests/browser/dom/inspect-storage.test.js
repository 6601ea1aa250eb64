import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { gate, openGate, reached } from "../gates.js";
import {
  allChecked, answer, bring, countOf, createProject, intakeIsOver, learn, openTool, projectIs, projectsAre, saved, startWithFakeEngine, verdicts,
} from "../inspect.js";
import { messages, nextFrame, shoot } from "../page.js";

const FORBIDDEN = `StorageManager.prototype.getDirectory = async () => { throw new DOMException("Not here.", "SecurityError"); };\n`;

/** From some moment on, nothing more fits. */
const fullAfter = (writes) => `{
  let left = ${writes};
  const create = FileSystemFileHandle.prototype.createWritable;
  new BroadcastChannel("room on the disk").onmessage = ({ data }) => { left = data; };
  FileSystemFileHandle.prototype.createWritable = async function (...options) {
    if (left-- <= 0) throw new DOMException("There is no room.", "QuotaExceededError");
    return create.apply(this, options);
  };
}\n`;
const STORAGE = "inspect/storage/worker.js";
const INTAKE = "inspect/intake/worker.js";

test("storage that is forbidden: it is said, and everything works until the page is closed", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [STORAGE]: FORBIDDEN, [INTAKE]: FORBIDDEN } });
  const page = await openTool(t, started);
  assert.match(await page.textContent("#storage-text"), /keeps nothing for this page, as in a private window/);
  await createProject(page, "Nowhere");
  await bring(page, "normals", rings(12));
  await learn(page);
  await bring(page, "images", rings(20).slice(12));
  await allChecked(page);
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: this browser keeps nothing/);
  assert.equal(await page.getAttribute("#save-state", "data-phase"), "unsaved");
  await page.waitForSelector("#normals-grid canvas[data-thumbnail=ready]");
  await shoot(page, "inspect-forbidden");
  await page.click("#back");
  await page.waitForSelector("#projects:not([hidden])");
  await projectsAre(page, ["Nowhere"]);
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Nowhere");
  assert.equal(await countOf(page, "normals"), 12);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#project-export")]);
  assert.equal(download.suggestedFilename(), "Nowhere.ganomaly.zip");
});

test("storage that is full: what does not fit stays in memory, and it is said", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [INTAKE]: fullAfter(8) } });
  const page = await openTool(t, started);
  await createProject(page, "Too much");
  await bring(page, "normals", rings(12));
  assert.equal(await countOf(page, "normals"), 12);
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 4 files did not fit/);
  await learn(page);
  await page.click("#back");
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Too much");
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 4 files did not fit/, "as long as the page is open");
  assert.ok(await page.isHidden("#missing"));
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await projectIs(page, "Too much");
  assert.match(await page.textContent("#missing-text"), /^4 images of this project are no longer in the browser's storage/);
  await bring(page, "normals", rings(12));
  await saved(page);
  assert.ok(await page.isHidden("#missing"), "brought again");
});

test("what did not fit is kept when there is room", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [INTAKE]: fullAfter(8) } });
  const page = await openTool(t, started);
  await createProject(page, "Room again");
  await bring(page, "images", rings(12));
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 4 files did not fit/);
  await page.click("#keep-anew");
  await saved(page);
  await page.reload();
  await projectIs(page, "Room again");
  assert.equal(await countOf(page, "images"), 12);
  assert.ok(await page.isHidden("#missing"));
});

test("what did not fit and is no longer needed is forgotten", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [INTAKE]: fullAfter(8) } });
  const page = await openTool(t, started);
  await createProject(page, "Removed");
  await bring(page, "normals", rings(12));
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 4 files did not fit/);
  await page.click("#normals-clear");
  await answer(page);
  await saved(page);
  assert.ok(await page.isHidden("#unsaved"));
});

test("images that are brought again while they are being removed are there", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: gate("removing", "FileSystemDirectoryHandle.prototype.removeEntry") } }));
  await createProject(page, "Again");
  await bring(page, "normals", rings(30));
  await saved(page);
  await page.click("#messages-normals .dismiss");
  await page.click("#normals-clear");
  await answer(page);
  await page.waitForFunction(() => document.querySelector("#normals-count").textContent.startsWith("0"));
  await reached(page, "removing");
  await page.setInputFiles("#normals-files", rings(30));
  await nextFrame(page);
  await openGate(page, "removing");
  await intakeIsOver(page, "normals");
  await saved(page);
  // Whatever still was to be removed is by then.
  await page.click("#project-rename");
  await answer(page, "Again");
  await saved(page);
  await page.reload();
  await projectIs(page, "Again");
  assert.equal(await countOf(page, "normals"), 30);
  assert.ok(await page.isHidden("#missing"));
});

test("a model that does not fit is never shown as saved", async (t) => {
  const noModels = `{
    const find = FileSystemDirectoryHandle.prototype.getFileHandle;
    let isFull = true;
    new BroadcastChannel("room on the disk").onmessage = () => { isFull = false; };
    FileSystemDirectoryHandle.prototype.getFileHandle = async function (name, options) {
      if (isFull && options?.create && name.endsWith(".safetensors")) throw new DOMException("There is no room.", "QuotaExceededError");
      return find.call(this, name, options);
    };
  }\n`;
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: noModels } }));
  await createProject(page, "Large model");
  await bring(page, "normals", rings(12));
  await learn(page);
  assert.match((await messages(page, /** @type {any} */ ("learn"))).join(), /takes no checkpoint of this run/);
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 1 file did not fit/);
  await page.evaluate(() => new BroadcastChannel("room on the disk").postMessage(null));
  await page.click("#keep-anew");
  await saved(page);
  await page.reload();
  await projectIs(page, "Large model");
  await page.waitForSelector("#learn-trained[data-model=true]");
  assert.deepEqual(await messages(page, /** @type {any} */ ("learn")), []);
});

test("no room for a change: never shown as saved; saved as soon as there is room again", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [STORAGE]: fullAfter(1000) } });
  const page = await openTool(t, started);
  await createProject(page, "Narrow");
  await saved(page);
  const room = (writes) => page.evaluate((left) => new BroadcastChannel("room on the disk").postMessage(left), writes);
  await room(0);
  await bring(page, "normals", rings(3));
  await page.waitForSelector("#save-state[data-phase=unsaved]", { state: "attached" });
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: the browser's storage is full\. Delete another project, or save this one as a file\./);
  await shoot(page, "inspect-full", { fullPage: false });
  await page.click("#back");
  await page.waitForFunction(() => /^3 normal images/.test(document.querySelector(".project-text .quiet")?.textContent));
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Narrow");
  assert.equal(await countOf(page, "normals"), 3, "left and opened again, the changes are still there");
  await page.waitForSelector("#save-state[data-phase=unsaved]", { state: "attached" });
  await room(1000);
  await saved(page);
  assert.ok(await page.isHidden("#unsaved"));
  await page.reload();
  await projectIs(page, "Narrow");
  assert.equal(await countOf(page, "normals"), 3);
});

test("a browser that can write files in place only: they are written beside, and moved", async (t) => {
  const inPlace = "delete FileSystemFileHandle.prototype.createWritable;\n";
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: inPlace, [INTAKE]: inPlace } }));
  await createProject(page, "In place");
  await bring(page, "normals", rings(12));
  await learn(page);
  await bring(page, "images", rings(16).slice(12));
  await allChecked(page);
  const before = await verdicts(page);
  await saved(page);
  await page.reload();
  await projectIs(page, "In place");
  assert.equal(await countOf(page, "normals"), 12);
  assert.deepEqual(await verdicts(page), before);
  assert.ok(await page.isHidden("#missing"));
});

test("storage cleared underneath: it is said, and what is in memory can be kept anew", async (t) => {
  const started = await startWithFakeEngine(t);
  const page = await openTool(t, started);
  await createProject(page, "Cleared");
  await bring(page, "normals", rings(12));
  await learn(page);
  await bring(page, "images", rings(16).slice(12));
  await allChecked(page);
  const before = await verdicts(page);
  await saved(page);
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry("projects", { recursive: true }));
  await page.fill("#region-left", "10", { force: true });
  await page.evaluate(() => document.querySelector("#region-left").dispatchEvent(new Event("change")));
  await page.waitForSelector("#save-state[data-phase=unsaved]", { state: "attached" });
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: the browser's storage was cleared underneath this page/);
  await page.click("#keep-anew");
  await saved(page);
  await page.waitForFunction(() => /^16 images of this project are no longer/.test(document.querySelector("#missing-text").textContent));
  await page.reload();
  await projectIs(page, "Cleared");
  assert.deepEqual(await verdicts(page), before, "scores are still there");
  assert.equal(await page.getAttribute("#learn-trained", "data-model"), "true");
  await page.waitForFunction(() => document.querySelectorAll("[data-thumbnail=none]").length === 16);
  await bring(page, "normals", rings(12));
  await bring(page, "images", rings(16).slice(12));
  await page.waitForFunction(() => document.querySelectorAll("[data-thumbnail=ready]").length === 16);
  assert.ok(await page.isHidden("#missing"), "brought again");
  assert.deepEqual(await verdicts(page), before);
});

/** Takes the open project over from another tab; it is read anew. @param {Page} page */
async function takeOver(page) {
  await page.click("#take-over");
  await page.waitForSelector("#project:not([hidden]) #reader[hidden]", { state: "attached" });
}

test("two tabs on one project: the second reads, and may take over", async (t) => {
  const started = await startWithFakeEngine(t);
  const first = await openTool(t, started);
  await createProject(first, "Shared");
  await bring(first, "normals", rings(12));
  const second = await first.context().newPage();
  await second.goto(first.url());
  await projectIs(second, "Shared");
  await second.waitForSelector("#reader:not([hidden])");
  assert.ok(await second.isDisabled("#normals-choose"));
  assert.ok(await second.isDisabled("#normals-clear"));
  assert.ok(await second.isDisabled("#learn-start"));
  await shoot(second, "inspect-reader", { fullPage: false });

  await bring(first, "normals", rings(14));
  await takeOver(second);
  assert.equal(await countOf(second, "normals"), 14, "what the first had just brought was handed over");
  await first.waitForSelector("#reader:not([hidden])");
  assert.match((await messages(first, /** @type {any} */ ("project"))).join(), /Another tab has taken this project over/);
  assert.ok(await first.isDisabled("#normals-choose"));
  await bring(second, "normals", rings(16));
  await saved(second);
  await second.close();
  await takeOver(first);
  assert.equal(await countOf(first, "normals"), 16);
});

test("a project that is open elsewhere is not deleted", async (t) => {
  const started = await startWithFakeEngine(t);
  const first = await openTool(t, started);
  await createProject(first, "Busy");
  const second = await first.context().newPage();
  await second.goto(first.url().replace(/#.*/, ""));
  await second.click("[aria-label='Delete… Busy']");
  await second.click("[data-testid=ask-confirm]");
  await second.waitForSelector("#messages-projects .message");
  assert.match((await messages(second, /** @type {any} */ ("projects"))).join(), /open in another tab/);
  await projectsAre(second, ["Busy"]);
});

test("a later or damaged project in the browser is listed as such, and leaves the others alone", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Sound");
  await saved(page);
  await page.click("#back");
  await page.evaluate(async () => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    const write = async (id, content) => {
      const folder = await projects.getDirectoryHandle(id, { create: true });
      const file = await (await folder.getFileHandle("project.json", { create: true })).createWritable();
      await file.write(content);
      await file.close();
    };
    await write("11111111-1111-4111-8111-111111111111", JSON.stringify({ format: "ganomaly-project", version: 99 }));
    await write("22222222-2222-4222-8222-222222222222", "{");
    await projects.getFileHandle("33333333-3333-4333-8333-333333333333", { create: true }); // no folder at all
  });
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=project-entry]").length === 4);
  const said = await page.$$eval("[data-testid=project-entry]", (all) => all.map((one) => one.textContent).join("\n"));
  assert.match(said, /made by a later version/);
  assert.equal(said.match(/Its files are damaged/g).length, 2);
  assert.doesNotMatch(await page.textContent("#storage-text"), /private window/);
  await projectsAre(page, ["Sound"]);
});

test("a name for which there is no room is refused, and the old one stays", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: fullAfter(1000) } }));
  await createProject(page, "As it was");
  await saved(page);
  await page.click("#back");
  await page.evaluate(() => new BroadcastChannel("room on the disk").postMessage(0));
  await page.click("[aria-label='Rename… As it was']");
  await answer(page, "Another");
  await page.waitForSelector("#messages-projects .message");
  assert.match((await messages(page, /** @type {any} */ ("projects"))).join(), /the browser's storage is full; delete another project first\. Nothing has changed\./);
  await projectsAre(page, ["As it was"]);
});
