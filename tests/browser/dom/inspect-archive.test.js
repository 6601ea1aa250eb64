import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BlobReader, TextWriter, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { rings } from "../fixtures.js";
import { closeGate, gate, openGate, reached } from "../gates.js";
import {
  allChecked, answer, bring, countOf, createProject, learn, openTool, projectIs, projectsAre, saved, startWithFakeEngine, verdicts,
} from "../inspect.js";
import { downloadBy, messages, nextFrame, shoot } from "../page.js";
import { zipPayload } from "../zip-fixture.js";

/** For a gate: some go through before one is held, so that there is something to be given up. */
const AFTER_THREE = "(globalThis.passed = (globalThis.passed ?? 0) + 1) > 3";

/** A project with a model and checked images, and its file. */
async function exported(t) {
  const started = await startWithFakeEngine(t, {});
  const page = await openTool(t, started);
  await createProject(page, "Weld seams");
  await bring(page, "normals", rings(12));
  await learn(page);
  await bring(page, "images", rings(16).slice(10));
  await allChecked(page);
  await saved(page);
  const file = await downloadBy(page, "#project-export");
  return { started, page, file };
}

async function openFile(page, file) {
  await page.setInputFiles("#import-file", file);
  await page.waitForSelector("#messages-projects .message");
  return (await messages(page, /** @type {any} */ ("projects"))).join();
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("a project as a file: what is in it, and opened again elsewhere", async (t) => {
  const { started, page, file } = await exported(t);
  assert.equal(file.name, "Weld-seams.ganomaly.zip");
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(file.path)])));
  const entries = new Map((await reader.getEntries()).map((entry) => [entry.filename, entry]));
  const json = async (name) => JSON.parse(await entries.get(name).getData(new TextWriter()));
  const project = await json("project.json");
  const results = await json("results.json");
  assert.equal(project.format, "ganomaly-project");
  assert.equal(project.version, 1);
  assert.equal(project.name, "Weld seams");
  assert.equal(project.normals.length, 12);
  assert.equal(project.model.trainedOn.length, 12);
  assert.equal(results.images.length, 6);
  assert.ok(results.images.every((image) => image.score > 0 && image.review === ""));
  const files = [...entries.keys()].filter((name) => name.startsWith("files/"));
  assert.equal(files.length, 16, "an image that is on both sides is in it once");
  for (const name of files) assert.equal(sha256(await entries.get(name).getData(new Uint8ArrayWriter())), name.slice(6));
  assert.ok(entries.has("model.safetensors"));
  assert.equal(entries.size, 19);

  const found = await verdicts(page);
  const elsewhere = await openTool(t, started);
  assert.match(await openFile(elsewhere, file.path), /“Weld seams” is in the list of projects now, and kept in this browser/);
  await projectsAre(elsewhere, ["Weld seams"]);
  await elsewhere.click("[data-testid=project-link]");
  await projectIs(elsewhere, "Weld seams");
  await allChecked(elsewhere);
  assert.deepEqual(await verdicts(elsewhere), found);
  assert.equal(await countOf(elsewhere, "normals"), 12);
  await elsewhere.waitForSelector("#normals-grid canvas[data-thumbnail=ready]");
  await elsewhere.waitForFunction(() => document.querySelector("#learn-trained").dataset.model === "true");
  await saved(elsewhere);

  // Where it is already, it becomes a second one.
  await page.click("#back");
  await openFile(page, file.path);
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=project-link]").length === 2);
});

test("a project file that is no good is refused with a sentence, and nothing changes", async (t) => {
  const { page, file } = await exported(t);
  await page.click("#back");
  await page.waitForSelector("#projects:not([hidden])");
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(file.path)])));
  const sound = [];
  for (const entry of await reader.getEntries()) sound.push({ name: entry.filename, data: Buffer.from(await entry.getData(new Uint8ArrayWriter())) });
  const other = (name, change) => sound.flatMap((entry) => (entry.name === name ? change(entry) ?? [] : [entry]));
  const edited = (name, change) => other(name, (entry) => {
    const value = JSON.parse(entry.data.toString());
    change(value);
    return { ...entry, data: Buffer.from(JSON.stringify(value)) };
  });
  const image = sound.find((entry) => entry.name.startsWith("files/"));
  const cases = [
    ["later.zip", edited("project.json", (project) => { project.version = 2; }), /later version of this page/],
    ["damaged.zip", other("project.json", (entry) => ({ ...entry, data: entry.data.subarray(0, 100) })), /it is damaged/],
    ["odd.zip", edited("results.json", (results) => { results.images[0].id = "../../evil"; }), /it is damaged/],
    ["no-list.zip", edited("project.json", (project) => { project.normals = "all of them"; }), /it is damaged/],
    ["no-project.zip", other("project.json", () => null), /no project file of this program/],
    ["no-image.zip", other(image.name, () => null), /incomplete: files\/[0-9a-f]{64} is missing/],
    ["no-model.zip", other("model.safetensors", () => null), /incomplete: model\.safetensors is missing/],
    ["other-image.zip", other(image.name, (entry) => ({ ...entry, data: Buffer.from("another image") })), /damaged: files\/[0-9a-f]{64} is not what it should be/],
    ["climbs.zip", [...sound, { name: "../../evil.js", data: Buffer.from("alert(1)") }], /names a file outside of itself \(\.\.\/\.\.\/evil\.js\)/],
    ["rooted.zip", [...sound, { name: "/etc/passwd", data: Buffer.from("x") }], /names a file outside of itself/],
    ["bomb.zip", other(image.name, (entry) => ({ ...entry, data: Buffer.alloc(200 * 2 ** 20), deflate: true, claim: 100 })), /larger than a project can be|damaged/],
  ];
  for (const [name, entries, expected] of /** @type {[string, any[], RegExp][]} */ (cases)) {
    const said = await openFile(page, zipPayload(name, entries));
    t.diagnostic(said);
    assert.match(said, expected);
    assert.match(said, new RegExp(`^That did not work: “${name.replace(".", "\\.")}” could not be opened: .+\\. Nothing has changed\\.$`));
    await projectsAre(page, ["Weld seams"]);
    await page.click("#messages-projects .dismiss");
  }
  const said = await openFile(page, { name: "cut.zip", mimeType: "application/zip", buffer: readFileSync(file.path).subarray(0, 2000) });
  assert.match(said, /no project file of this program/);
  await shoot(page, "inspect-refused", { fullPage: false });
  await page.reload();
  await page.waitForSelector("[data-testid=project-link]");
  await projectsAre(page, ["Weld seams"]);
  assert.equal(await page.evaluate(async () => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    let number = 0;
    for await (const _ of projects.keys()) number += 1;
    return number;
  }), 1, "nothing half-read stays behind");
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Weld seams");
  await allChecked(page);
});

/** Where the browser can ask where a file is to go: into a folder of its own here, "none" when nobody chooses one. */
const picker = () => {
  globalThis.chosen = "picked.ganomaly.zip";
  window.showSaveFilePicker = async ({ suggestedName }) => {
    globalThis.suggested = suggestedName;
    if (globalThis.chosen === "none") throw new DOMException("The user aborted a request.", "AbortError");
    return (await navigator.storage.getDirectory()).getFileHandle(globalThis.chosen, { create: true });
  };
};

/** What lies where the file was to go. @param {import("playwright-core").Page} page */
const picked = (page) => page.evaluate(async () => {
  const file = await (await (await navigator.storage.getDirectory()).getFileHandle("picked.ganomaly.zip")).getFile();
  return [...new Uint8Array(await file.arrayBuffer())];
});

test("where the browser asks where the file is to go: it is written there, or nothing is if that is given up", async (t) => {
  const started = await startWithFakeEngine(t, {
    preludes: { "inspect/archive/worker.js": gate("reading", "FileSystemFileHandle.prototype.getFile", { isHeld: AFTER_THREE, isOpen: true }) },
  });
  const page = await openTool(t, started, { before: picker });
  await createProject(page, "Where to?");
  await bring(page, "normals", rings(20));
  await saved(page);
  await page.evaluate(() => { globalThis.chosen = "none"; });
  await page.click("#project-export");
  await page.waitForFunction(() => globalThis.suggested === "Where-to.ganomaly.zip");
  await nextFrame(page);
  assert.deepEqual(await messages(page, /** @type {any} */ ("project")), [], "whoever gives it up knows it");
  assert.ok(await page.isHidden("#archive"));

  await page.evaluate(() => { globalThis.chosen = "picked.ganomaly.zip"; });
  await page.click("#project-export");
  await page.waitForSelector("#messages-project .message");
  assert.match((await messages(page, /** @type {any} */ ("project"))).join(), /“picked\.ganomaly\.zip” is written/);
  const whole = await picked(page);
  const elsewhere = await openTool(t, started);
  await elsewhere.setInputFiles("#import-file", { name: "picked.ganomaly.zip", mimeType: "application/zip", buffer: Buffer.from(whole) });
  await elsewhere.waitForSelector("[data-testid=project-link]");
  await projectsAre(elsewhere, ["Where to?"]);

  await bring(page, "normals", rings(60));
  await saved(page);
  await closeGate(page, "reading");
  await page.click("#project-export");
  await reached(page, "reading");
  await page.waitForFunction(() => /^[1-9] of 60/.test(document.querySelector("#archive-text").textContent));
  await page.click("#archive-cancel");
  await openGate(page, "reading");
  await page.waitForSelector("#archive", { state: "hidden" });
  assert.deepEqual(await picked(page), whole, "the file that was there is as it was");
});

test("exporting and opening can be given up", async (t) => {
  const started = await startWithFakeEngine(t, {
    preludes: { "inspect/archive/worker.js": gate("checking", "SubtleCrypto.prototype.digest", { isHeld: AFTER_THREE, isOpen: true }) },
  });
  const page = await openTool(t, started);
  await createProject(page, "Slow");
  await bring(page, "normals", rings(60));
  await saved(page);
  const file = await downloadBy(page, "#project-export");
  await page.click("#back");
  await closeGate(page, "checking");
  await page.setInputFiles("#import-file", file.path);
  await reached(page, "checking");
  await page.waitForFunction(() => /^[1-9] of 60/.test(document.querySelector("#archive-text").textContent));
  await page.click("#archive-cancel");
  await openGate(page, "checking");
  await page.waitForSelector("#archive", { state: "hidden" });
  assert.deepEqual(await messages(page, /** @type {any} */ ("projects")), []);
  await projectsAre(page, ["Slow"]);
  await page.click("[aria-label='Delete… Slow']");
  await answer(page);
  await page.waitForSelector("#no-projects:not([hidden])");
});
