/** Runs of training that are begun twice, left, or end while something else is under way; and models that are replaced. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { gate, openGate, reached } from "../gates.js";
import { allChecked, answer, bring, createProject, fileText, largeFiles, learn, openTool, projectIs, saved, startWithFakeEngine, tell } from "../inspect.js";
import { messages, nextFrame, until, workersAreIdle } from "../page.js";

const STORAGE = "inspect/storage/worker.js";

/** Files whose names match are not written from when the page says so. */
const refusing = (pattern, isRefused = false) => `{
  const find = FileSystemDirectoryHandle.prototype.getFileHandle;
  let isRefused = ${isRefused};
  const channel = new BroadcastChannel("refuse");
  channel.onmessage = ({ data }) => {
    if (data === "heard") return; // another worker's answer
    isRefused = data;
    channel.postMessage("heard");
  };
  FileSystemDirectoryHandle.prototype.getFileHandle = async function (name, options) {
    if (isRefused && options?.create && ${pattern}.test(name)) throw new DOMException("There is no room.", "QuotaExceededError");
    return find.call(this, name, options);
  };
}\n`;

/** Files whose names match are not written before the gate is opened. */
const held = (pattern) => gate("writing", "FileSystemDirectoryHandle.prototype.getFileHandle", { isHeld: `given[1]?.create && ${pattern}.test(given[0])` });

/** A project is not written at once. */
const SLOW = `{
  const find = FileSystemDirectoryHandle.prototype.getFileHandle;
  FileSystemDirectoryHandle.prototype.getFileHandle = async function (name, options) {
    if (options?.create && name === "project.json") await new Promise((done) => { setTimeout(done, 200); });
    return find.call(this, name, options);
  };
}\n`;

const said = async (page, place = "learn") => (await messages(page, /** @type {any} */ (place))).join("\n");

/** A project with normal images. @param {import("../inspect.js").Page} page */
async function projectWith(page, name, number = 20) {
  await createProject(page, name);
  await bring(page, "normals", rings(number));
}

async function rename(page, name) {
  await page.click("#project-rename");
  await answer(page, name);
  await projectIs(page, name);
}

/** Starts a run that takes long. */
async function longRun(page) {
  await page.click("#settings summary");
  await page.fill("#setting-epochs", "400");
  await page.keyboard.press("Tab");
  await page.click("#learn-start");
  await page.waitForFunction(() => /^Kept after epoch [3-9]/.test(document.querySelector("#learn-kept").textContent));
}

test("a new model takes the place of the one before; until that is written, the one before stays", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: refusing("/^project\\.json$/") } }));
  await projectWith(page, "Before");
  await learn(page);
  await saved(page);
  await rename(page, "After");
  await saved(page);
  await tell(page, "refuse", true);
  await page.click("#learn-start");
  await until(async () => (await largeFiles(page)).length >= 2);
  await page.waitForSelector("#save-state[data-phase=unsaved]", { state: "attached" });
  const url = page.url();
  await page.goto("about:blank"); // as a crash would
  await page.goto(url);
  await projectIs(page, "After");
  const { model } = JSON.parse(await fileText(page, "project.json"));
  assert.equal(model.card.name, "Before");
  assert.equal(await fileText(page, model.file), "model Before", "and its weights");

  await page.waitForSelector("#backend-status[data-backend=cpu]");
  await learn(page);
  await saved(page);
  const now = JSON.parse(await fileText(page, "project.json")).model;
  assert.equal(now.card.name, "After");
  assert.equal(await fileText(page, now.file), "model After");
  assert.deepEqual(await largeFiles(page), [now.file], "what is no longer needed is gone");
});

test("a model that is held in memory does not hide the next one", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: refusing("/\\.safetensors$/", true) } }));
  await projectWith(page, "Held");
  await learn(page);
  assert.match(await page.textContent("#unsaved-text"), /^Not saved: 1 file did not fit/);
  await tell(page, "refuse", false);
  await rename(page, "Fits");
  await page.click("#learn-start");
  await until(async () => (await largeFiles(page)).length === 1);
  await saved(page);
  const [file] = await largeFiles(page);
  assert.equal(await fileText(page, file), "model Fits");
});

test("a run that ends when another project is open leaves that one alone", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { [STORAGE]: held("/^model/") } }));
  await projectWith(page, "Other");
  await saved(page);
  const { hash } = new URL(page.url());
  await page.click("#back");
  await page.waitForSelector("#projects:not([hidden])");
  await projectWith(page, "Learning", 12);
  await page.click("#learn-start");
  await reached(page, "writing");
  await page.evaluate((other) => { location.hash = other; }, hash);
  await projectIs(page, "Other");
  await openGate(page, "writing");
  await rename(page, "Written after the model");
  await saved(page);
  assert.equal(await page.getAttribute("#learn-trained", "data-model"), "false");
  assert.equal(JSON.parse(await fileText(page, "project.json")).model, null);
});

test("a run that is left keeps its checkpoint, and the engine goes on without being replaced", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [STORAGE]: SLOW } });
  const page = await openTool(t, started, { clock: true });
  await projectWith(page, "Left");
  await longRun(page);
  const engines = () => started.server.requests.filter((name) => name.endsWith("engine/worker.js")).length;
  const before = engines();
  await page.click("#back");
  await page.waitForSelector("#projects:not([hidden])");
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Left");
  await page.waitForSelector("#learn-pending:not([hidden])");
  // An engine that answers has cancelled the run; it would be replaced if it had not by now.
  await workersAreIdle(page);
  await page.clock.fastForward(5000);
  assert.equal(engines(), before);
  await page.click("#go-on");
  await page.waitForFunction(() => /^epoch ([3-9]|\d\d)/.test(document.querySelector("#run-numbers").textContent));
});

test("a double click starts one run", async (t) => {
  const counting = `{
    const runs = new BroadcastChannel("runs");
    addEventListener("message", ({ data }) => { if (data.method === "learn") runs.postMessage(null); });
  }\n`;
  const page = await openTool(t, await startWithFakeEngine(t, { workerPrelude: counting }));
  await projectWith(page, "Twice");
  await page.evaluate(() => {
    window.runs = 0;
    new BroadcastChannel("runs").onmessage = () => { window.runs += 1; };
    const button = document.querySelector("#learn-start");
    button.click();
    button.click();
  });
  await page.waitForSelector("#run[data-phase=over]");
  // The engine does one thing after the other: this comes after a second run.
  await bring(page, "images", rings(22).slice(20));
  await allChecked(page);
  assert.equal(await page.evaluate(() => window.runs), 1);
  assert.equal(await page.getAttribute("#run", "data-phase"), "over");
});

test("a checkpoint that has vanished: it is said, and learning anew is offered", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await projectWith(page, "Vanished");
  await longRun(page);
  await page.click("#back");
  await page.click("[data-testid=project-link]");
  await page.waitForSelector("#learn-pending:not([hidden])");
  await page.evaluate(async () => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    await (await projects.getDirectoryHandle(location.hash.split("=")[1])).removeEntry("checkpoint.safetensors");
  });
  await page.click("#go-on");
  await page.waitForSelector("#messages-learn .message");
  assert.match(await said(page), /What was kept of that run is no longer in the browser's storage/);
  await page.waitForSelector("#learn-pending", { state: "hidden" });
  await page.click("#messages-learn [data-testid=message-action]");
  await page.waitForSelector("#run[data-phase=running]");
});

test("normal images that are lost are left out, and so are those that cannot be read: that is no change since", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Lost");
  const [last, ...others] = rings(20).reverse();
  const unreadable = { ...last, name: "unreadable.png", buffer: Buffer.concat([last.buffer, Buffer.from("unreadable")]) };
  await bring(page, "normals", [...others.reverse(), unreadable]);
  await saved(page);
  const removeOne = () => page.evaluate(async () => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    const folder = await (await projects.getDirectoryHandle(location.hash.split("=")[1])).getDirectoryHandle("files");
    const { normals } = JSON.parse(await (await (await (await projects.getDirectoryHandle(location.hash.split("=")[1])).getFileHandle("project.json")).getFile()).text());
    const there = await Array.fromAsync(folder.keys());
    await folder.removeEntry(normals.find(({ id, name }) => there.includes(id) && name !== "unreadable.png").id);
  });
  await removeOne();
  await page.reload();
  await projectIs(page, "Lost");
  await page.waitForSelector("#backend-status[data-backend=cpu]");
  await page.waitForSelector("#missing:not([hidden])");
  await learn(page);
  assert.match(await page.textContent("#learn-trained"), /^Trained on 18 images/);
  assert.match(await said(page), /1 normal image whose file is no longer in the browser's storage is left out/);
  assert.match(await said(page), /1 image was left out because it could not be read: unreadable\.png/);
  await nextFrame(page);
  assert.ok(await page.isHidden("#learn-outdated"));

  // One that is lost while the page is open is noticed when it is needed.
  await removeOne();
  await page.click("#learn-start");
  await page.waitForFunction(() => /ended early/.test(document.querySelector("#messages-learn").textContent));
  assert.match(await said(page), /1 normal image is no longer in the browser's storage\. Nothing has changed; you can start again\./);
  await page.click("#learn-start");
  await page.waitForFunction(() => /^Trained on 17 images/.test(document.querySelector("#learn-trained").textContent));
});
