import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { mixedImages, notAnImage, png, ring, rings } from "../fixtures.js";
import { gate, openGate, reached } from "../gates.js";
import { bring, countOf, createProject, intakeIsOver, leftOut, openTool, projectIs, saved, startWithFakeEngine } from "../inspect.js";
import { messages, nextFrame, shoot } from "../page.js";
import { zip, zipPayload } from "../zip-fixture.js";

const payload = (name, content, mimeType = "application/octet-stream") => ({ name, mimeType, buffer: Buffer.from(content) });

function folderOf(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-intake-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A PNG's header that claims a gigapixel; there is nothing behind it. */
function gigapixel() {
  const file = Buffer.from(png(2, 2, () => [0]));
  file.writeUInt32BE(40_000, 16);
  file.writeUInt32BE(25_000, 20);
  return file;
}

const SVG = `<?xml version="1.0"?>\n<!-- a comment -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>window.wasRun = true; fetch("http://example.org")</script></svg>`;

test("what is no image is left out, and said by reason", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Mixed");
  const large = path.join(folderOf(t), "large.png");
  writeFileSync(large, png(12, 12, (x) => [20 * x]));
  truncateSync(large, 65 * 2 ** 20); // the rest is zeros, and takes no room
  await bring(page, "normals", [
    ring(1), ...mixedImages.map(({ file }) => file), payload("gigapixel.png", gigapixel(), "image/png"),
    payload("drawing.svg", SVG, "image/svg+xml"), payload("drawing.png", SVG, "image/png"),
    payload("film.mp4", [0, 0, 0, 24, ...Buffer.from("ftypisom0000isomavc1")], "video/mp4"),
    payload("film.webm", [0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3, 4], "video/webm"),
    payload("phone.heic", [0, 0, 0, 24, ...Buffer.from("ftypheic0000mif1heic")], "image/heic"),
    payload("scan.jp2", [0, 0, 0, 12, ...Buffer.from("jP  "), 13, 10, 0x87, 10], "image/jp2"),
    payload("half.jpg", [0xff, 0xd8, 0xff, 0xe0, 0, 16], "image/jpeg"), payload(".DS_Store", "litter"),
    payload("set.tar.gz", [0x1f, 0x8b, 8, 0], "application/gzip"), payload("set.tar", [...Buffer.alloc(257), ...Buffer.from("ustar\0")], "application/x-tar"),
  ]);
  assert.deepEqual(await leftOut(page, "normals"), { other: 1, damaged: 2, empty: 1, tooManyPixels: 2, svg: 2, video: 2, format: 2, archive: 2 });
  assert.equal(await countOf(page, "normals"), 3);
  assert.equal(await page.evaluate(() => "wasRun" in window), false);
  await shoot(page, "inspect-left-out");
  await page.setInputFiles("#normals-files", large);
  await page.waitForSelector("[data-testid=normals-left-out] [data-reason=tooLarge]");
  await page.click("[data-testid=normals-left-out] .dismiss");
  await nextFrame(page);
  assert.deepEqual(await leftOut(page, "normals"), {});
});

test("a folder: images are found in it, the rest is counted, and hidden files are passed over", async (t) => {
  const folder = folderOf(t);
  mkdirSync(path.join(folder, "inner"));
  for (let number = 0; number < 12; number++) writeFileSync(path.join(folder, number % 2 ? "inner" : ".", `${number}.png`), ring(number).buffer);
  writeFileSync(path.join(folder, "notes.txt"), "notes");
  writeFileSync(path.join(folder, ".hidden.png"), "hidden");
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Folder");
  await bring(page, "images", folder, "images-folder-files");
  assert.equal(await countOf(page, "images"), 12);
  assert.deepEqual(await leftOut(page, "images"), { other: 1 });
  const names = await page.$$eval("#images-grid .virtual-cell", (all) => all.map((cell) => cell.title));
  assert.ok(names.some((name) => name.endsWith("/inner/1.png")), names.join());
});

test("zip files: what is in them, whatever it is called", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Zip");
  await bring(page, "normals", [zipPayload("set.zip", [
    { name: "folder/", data: Buffer.alloc(0) },
    { name: "folder/one.png", data: ring(1).buffer, deflate: true },
    { name: "../../../etc/climbs.png", data: ring(2).buffer },
    { name: "/rooted.png", data: ring(3).buffer },
    { name: "C:\\windows\\drive.png", data: ring(4).buffer },
    { name: "__MACOSX/._one.png", data: Buffer.from("litter") },
    { name: "twin.png", data: ring(1).buffer },
    { name: "note.txt", data: Buffer.from("a note") },
    { name: "secret.png", data: ring(5).buffer, encrypted: true },
    { name: "inner.zip", data: zip([{ name: "x.png", data: ring(6).buffer }]) },
    { name: "drawing.svg", data: Buffer.from(SVG), deflate: true },
  ])]);
  assert.equal(await countOf(page, "normals"), 4);
  assert.deepEqual(await leftOut(page, "normals"), { other: 1, encrypted: 1, nestedZip: 1, svg: 1 });
  const names = await page.$$eval("#normals-grid .virtual-cell", (all) => all.map((cell) => cell.title).sort());
  assert.deepEqual(names, ["etc/climbs.png", "folder/one.png", "rooted.png", "windows/drive.png"]);
  assert.match((await messages(page, /** @type {any} */ ("normals"))).join(), /4 images taken in\. 1 file was there already/);
  const kept = await page.evaluate(async () => {
    const names = [];
    const walk = async (folder, at) => {
      for await (const [name, handle] of folder) {
        names.push(at + name);
        if (handle.kind === "directory") await walk(handle, `${at}${name}/`);
      }
    };
    await walk(await navigator.storage.getDirectory(), "");
    return names;
  });
  assert.ok(kept.every((name) => /^projects(\/[0-9a-f-]{36}(\/(project\.json|results\.json|files(\/[0-9a-f]{64})?))?)?$/.test(name)), kept.join("\n"));
});

test("zip files of other programs: ways to compress are named, names are decoded, and twins are both taken", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Others' zip files");
  const other = (name, method) => ({ name, method, data: ring(1).buffer });
  await bring(page, "images", [zipPayload("set.zip", [
    other("deflate64.png", 9), other("bzip2.png", 12), other("lzma.png", 14), other("ppmd.png", 98),
    { name: "", letters: [0x88, 0xea, 0x97, 0x97, 0x95, 0x5c, ...Buffer.from(".png")], data: ring(2).buffer },
    { name: "plain.png", data: ring(3).buffer }, { name: "twin.png", data: ring(4).buffer }, { name: "twin.png", data: ring(5).buffer },
  ])]);
  assert.deepEqual(await leftOut(page, "images"), { deflate64: 1, bzip2: 1, lzma: 1, otherMethod: 1 });
  const names = await page.$$eval("#images-grid .virtual-cell", (all) => all.map((cell) => cell.title.split(":")[0]).sort());
  assert.deepEqual(names, ["plain.png", "twin.png", "twin.png", "一覧表.png"]);
});

test("zip bombs are stopped while they inflate, whatever they claim", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Bomb");
  const start = png(12, 12, () => [7]).subarray(0, 33);
  const zeros = (megabytes) => Buffer.concat([start, Buffer.alloc(megabytes * 2 ** 20)]);
  await bring(page, "normals", [zipPayload("one.zip", [
    { name: "lies.png", data: zeros(100), deflate: true, claim: 500 }, { name: "honest.png", data: zeros(100), deflate: true }, { name: "fine.png", data: ring(1).buffer },
  ])]);
  assert.deepEqual(await leftOut(page, "normals"), { damaged: 1, tooLarge: 1 });
  assert.equal(await countOf(page, "normals"), 1, "what comes after it is taken");
  const many = Array.from({ length: 8 }, (_, number) => ({ name: `${number}.png`, data: zeros(50), deflate: true }));
  await bring(page, "images", [zipPayload("many.zip", [...many, { name: "after.png", data: ring(2).buffer }])]);
  const said = await leftOut(page, "images");
  assert.ok(said.inflatesTooMuch >= 1, JSON.stringify(said));
  assert.ok((said.damaged ?? 0) + (said.tooLarge ?? 0) <= 6, "it did not go on to the end");
  assert.match(await page.textContent("[data-testid=images-left-out]"), /the rest of it was not unpacked/);
  const cut = zip([{ name: "a.png", data: ring(3).buffer }]);
  await page.click("[data-testid=normals-left-out] .dismiss");
  await page.setInputFiles("#normals-files", payload("cut.zip", cut.subarray(0, cut.length - 30)));
  await page.waitForSelector("[data-testid=normals-left-out] [data-reason=zipDamaged]");
});

test("files that vanish between choosing and reading", async (t) => {
  const folder = folderOf(t);
  const files = Array.from({ length: 12 }, (_, number) => path.join(folder, `${number}.png`));
  files.forEach((file, number) => writeFileSync(file, ring(number).buffer));
  // The worker reads when the files are gone.
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { "inspect/intake/worker.js": gate("reading", "Blob.prototype.arrayBuffer") } }));
  await createProject(page, "Vanished");
  await page.setInputFiles("#normals-files", files);
  await reached(page, "reading");
  for (const file of files.slice(0, 5)) rmSync(file);
  writeFileSync(files[5], Buffer.concat([readFileSync(files[5]), Buffer.from("changed")]));
  utimesSync(files[5], new Date(), new Date(Date.now() + 5000)); // a browser tells by the seconds whether a file has changed
  await openGate(page, "reading");
  await intakeIsOver(page, "normals");
  assert.deepEqual(await leftOut(page, "normals"), { gone: 6 });
  assert.equal(await countOf(page, "normals"), 6);
});

test("images are pasted and dropped where they are needed", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  const send = (type, target, names) => page.evaluate(async ({ type: kind, selector, files }) => {
    const transfer = new DataTransfer();
    for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    const event = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
      : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector(selector).dispatchEvent(event);
  }, { type, selector: target, files: names.map((number) => [`${number}.png`, [...ring(number).buffer]]) });
  await send("drop", "#projects", [1]);
  await intakeIsOver(page, "normals");
  assert.match(await page.textContent("#project-name"), /^Project of /, "dropped on the list, they begin a project");
  await page.click("#messages-normals .dismiss");
  await send("paste", "body", [2]);
  await intakeIsOver(page, "normals");
  await send("drop", "#images-drop", [3]);
  await intakeIsOver(page, "images");
  assert.equal(await countOf(page, "normals"), 2);
  assert.equal(await countOf(page, "images"), 1);
});

test("a name that turns the direction of writing is shown as it is written", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Turned");
  await bring(page, "normals", [payload("weld\u202Egnp.exe\u2066.png", ring(1).buffer)]);
  assert.equal(await page.getAttribute("#normals-grid .virtual-cell", "title"), "weldgnp.exe.png");
});

test("who pastes cells of a spreadsheet into a field wants the words, not a picture of them", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await page.evaluate((bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "weld 1\tgood");
    clipboardData.items.add(new File([new Uint8Array(bytes)], "cells.png", { type: "image/png" }));
    document.querySelector("#new-name").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, [...ring(1).buffer]);
  await nextFrame(page);
  assert.ok(await page.isVisible("#projects"), "no project was begun");
});

/** Drops a folder of so many files, of which each takes a moment to be found, and which has a file and a folder that cannot be read. */
const dropFolder = (page, number) => page.evaluate(async ({ bytes, count }) => {
  const pause = () => new Promise((resolve) => { setTimeout(resolve, 10); });
  const forbidden = (_, fail) => fail(new DOMException("", "NotReadableError"));
  const file = (name, give) => ({ isFile: true, isDirectory: false, fullPath: `/set/${name}`, file: give });
  const folder = (name, read) => ({ isFile: false, isDirectory: true, fullPath: name, createReader: () => ({ readEntries: read }) });
  const files = Array.from({ length: count }, (_, index) => file(`${index}.png`, (give) => pause().then(() => give(new File([new Uint8Array([...bytes, index])], `${index}.png`)))));
  const portions = [[...files, file("locked.png", forbidden), folder("/set/locked", forbidden)], []];
  const event = new Event("drop", { bubbles: true, cancelable: true });
  const items = [{ kind: "file", webkitGetAsEntry: () => folder("/set", (give) => give(portions.shift())) }];
  Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], files: [], items } });
  document.querySelector("#normals-drop").dispatchEvent(event);
}, { bytes: [...ring(1).buffer], count: number });

test("a dropped folder is gone through with progress, can be given up, and what cannot be read is counted", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Dropped");
  await dropFolder(page, 400);
  await page.waitForFunction(() => /^0 of \d\d+ files/.test(document.querySelector("[data-testid=normals-intake-progress] .number-text").textContent));
  await page.click("[data-testid=normals-intake-cancel]");
  await page.waitForSelector("[data-testid=normals-intake-progress]", { state: "hidden" });
  await nextFrame(page);
  assert.equal(await countOf(page, "normals"), 0);
  await dropFolder(page, 12);
  await intakeIsOver(page, "normals");
  await page.waitForFunction(() => document.querySelector("#normals-count").textContent === "12 normal images");
  assert.equal((await leftOut(page, "normals")).unreadable, 2);
});

test("a normal image that was lost, brought to the images to check, is no duplicate", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Lost");
  await bring(page, "normals", rings(3));
  await saved(page);
  await page.evaluate(async () => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
    await (await projects.getDirectoryHandle(location.hash.split("=")[1])).removeEntry("files", { recursive: true });
  });
  await page.reload();
  await projectIs(page, "Lost");
  await page.waitForSelector("#missing:not([hidden])");
  await bring(page, "images", [ring(0), ring(0), ring(7)]);
  assert.equal((await messages(page, /** @type {any} */ ("images"))).join(), "Note: 2 images taken in. 1 file was there already, byte for byte, and left out.");
  assert.match(await page.textContent("#missing-text"), /^2 images/);
});
