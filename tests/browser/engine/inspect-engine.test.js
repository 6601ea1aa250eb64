import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { mixedImages, png, rings } from "../fixtures.js";
import { allChecked, bring, countOf, createProject, intakeIsOver, learn, leftOut, openTool, projectIs, saved } from "../inspect.js";
import { downloadBy, nextFrame, shoot, startShared } from "../page.js";
import { dataSet, IN_SET } from "../set-fixture.js";
import { zipPayload } from "../zip-fixture.js";

/** The project as it is on disk. @param {import("playwright-core").Page} page */
const stored = (page) => page.evaluate(async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
  for await (const [, folder] of projects.entries()) {
    const read = async (name) => JSON.parse(await (await (await folder.getFileHandle(name)).getFile()).text());
    const [project, results] = [await read("project.json"), await read("results.json")];
    return { ...project, images: results.images };
  }
});

const scoresOf = (images) => Object.fromEntries(images.filter((image) => image.score !== null).map(({ name, score, pValue }) => [name, { score, pValue }]));

function folderOfRings(t, from, to) {
  const folder = mkdtempSync(path.join(tmpdir(), "rings-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const { name, buffer } of rings(to).slice(from)) writeFileSync(path.join(folder, name), buffer);
  return folder;
}

/** @param {string[]} words */
function ganomaly(...words) {
  const program = process.env.GANOMALY;
  assert.ok(program, "GANOMALY names the program: `make test` sets it");
  return execFileSync(program, words, { encoding: "utf8" });
}

test("a hundred normal images: a trusted verdict, explained, and the same on the command line", async (t) => {
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Rings");
  await bring(page, "normals", rings(100));
  const clicked = Date.now();
  await page.click("#learn-start");
  await page.waitForSelector("#run[data-phase=running], #run[data-phase=starting]");
  await page.waitForFunction(() => document.querySelector("#run-numbers").textContent !== "" || document.querySelector("#run-state").textContent !== "");
  const firstSign = Date.now() - clicked;
  await page.waitForSelector("#run[data-phase=over]");
  await page.waitForSelector("#learn-trained[data-model=true]");
  const learning = Date.now() - clicked;
  t.diagnostic(`first sign after ${firstSign} ms, learnt after ${learning} ms`);
  assert.match(await page.textContent("#learn-trained"), /Learnt from 100 images; each has helped to set the limit/);
  await shoot(page, "inspect-engine-learnt");

  const odd = mixedImages.filter(({ verdict }) => verdict === "scored").map(({ file }) => file);
  await bring(page, "images", [...rings(120).slice(100), ...odd]);
  await allChecked(page);
  await saved(page);
  const project = await stored(page);
  const scores = scoresOf(project.images);
  assert.equal(scores["cross.png"].pValue, 1 / 101, "nothing normal is as odd as a cross");
  const flagged = project.images.filter(({ name, pValue }) => name.startsWith("ring") && pValue <= 0.05).length;
  assert.ok(flagged <= 5, `${flagged} of 20 rings are flagged`);
  await shoot(page, "inspect-engine-checked");

  await page.click("#images-grid [data-verdict=anomaly]");
  await page.waitForSelector("[data-testid=heat]:visible");
  assert.ok(await page.locator(".stage-frame rect.over").count() > 0, "odd places are framed");
  await nextFrame(page);
  await shoot(page, "inspect-engine-explained", { fullPage: false });
  await page.keyboard.press("Escape");

  const file = await downloadBy(page, "#project-export");
  const copy = path.join(folderOfRings(t, 0, 0), "copy.ganomaly.zip");
  writeFileSync(copy, readFileSync(file.path));
  assert.match(ganomaly("project", "show", copy), /normal images\s+100/);
  const again = JSON.parse(ganomaly("score", "--device", "cpu", "--quiet", "--weights", copy, "--json", "-", folderOfRings(t, 100, 120)));
  assert.equal(again.images.length, 20);
  for (const { file: name, score } of again.images) {
    const here = scores[path.basename(name)].score;
    assert.ok(Math.abs(score - here) < 2e-3, `${name}: ${score} on the command line, ${here} on the page`);
  }
});

/** A disc on a ground that is never black, in a file of 16 bits. @param {number} number @param {number} white */
function deepDisc(number, white) {
  const disc = 0.5 + number / 100;
  const buffer = png(28, 28, (x, y) => [Math.round(white * (Math.hypot(x - 14, y - 14) < 8 ? disc : 0.2))], 16);
  return { name: `${white}-${number}.png`, mimeType: "image/png", buffer };
}

test("of values of 12 bits in files of 16 the range is learnt, and images of another depth are pointed out", async (t) => {
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Deep");
  await bring(page, "normals", Array.from({ length: 24 }, (_, number) => deepDisc(number, 4095)));
  await page.click("#settings summary");
  await page.fill("#setting-epochs", "2");
  await learn(page);
  assert.match(await page.textContent("#learn-trained"), /Their values from/);
  await bring(page, "images", [deepDisc(30, 4095), deepDisc(3, 65535)]);
  await allChecked(page);
  await saved(page);
  const { model, images } = await stored(page);
  // From 0.2 to at most 0.73 of 4095, and a quarter more at either end.
  const { low, high } = model.card.valueRange;
  assert.ok(low >= 200 && low <= 500 && high >= 2900 && high <= 3600, `${low} to ${high}`);
  assert.deepEqual(images.map(({ remark }) => /go beyond/.test(remark)), [false, true]);
  assert.match(await page.textContent("#images-remarked"), /^1 image has other values/);
});

test("a project of the command line opens on the page", async (t) => {
  const [folder, others] = [folderOfRings(t, 0, 40), folderOfRings(t, 40, 46)];
  const file = path.join(folder, "made.ganomaly.zip");
  ganomaly("project", "create", "--device", "cpu", "--quiet", "--epochs", "2", "--name", "Made elsewhere", "--normals", folder, "--out", file);
  ganomaly("project", "check", "--device", "cpu", "--quiet", file, others);
  const page = await openTool(t, await startShared(t));
  await page.setInputFiles("#import-file", file);
  await page.click("[data-testid=project-link]");
  await projectIs(page, "Made elsewhere");
  await allChecked(page);
  const before = scoresOf((await stored(page)).images);
  assert.equal(Object.keys(before).length, 6);
  // Its model works here, too: new images get scores from it.
  await bring(page, "images", rings(50).slice(46));
  await allChecked(page);
  await saved(page);
  assert.equal(Object.keys(scoresOf((await stored(page)).images)).length, 10);
});

test("learning that is paused, stopped and cancelled by the real engine", async (t) => {
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Stops");
  await bring(page, "normals", rings(60));
  await page.click("#settings summary");
  await page.selectOption("#setting-method", "ganomaly");
  await page.click("#learn-start");
  await page.waitForSelector("#run[data-phase=running]");
  await page.click("#run-pause");
  await page.waitForSelector("#run[data-phase=paused]");
  await page.click("#run-pause");
  await page.waitForFunction(() => /epoch [2-9]/.test(document.querySelector("#run-numbers").textContent));
  await page.click("#run-stop");
  await page.waitForSelector("#run[data-phase=over]");
  await page.waitForSelector("#learn-trained[data-model=true]");
  await saved(page);
  const { model } = await stored(page);
  assert.ok(model.bestEpoch >= 1 && model.bestEpoch < model.card.training.epochs, `kept epoch ${model.bestEpoch}`);

  for (const method of ["ganomaly", ""]) {
    await page.selectOption("#setting-method", method);
    await page.click("#learn-start");
    await page.waitForSelector("#run[data-phase=running]");
    await page.click("#run-cancel");
    await page.waitForSelector("#run[data-phase=over]");
    await saved(page);
    assert.deepEqual((await stored(page)).model, model, "a run that is cancelled leaves the model as it was");
  }
});

test("what needs no engine is answered in the middle of a run", async (t) => {
  const page = await openTool(t, await startShared(t));
  const normals = rings(30).map(({ buffer }) => buffer.toString("base64"));
  const answered = await page.evaluate(async (given) => {
    const worker = new Worker(new URL("./pkg/engine/worker.js", document.baseURI), { type: "module" });
    const order = [];
    const call = (id, method, params) => new Promise((resolve) => {
      worker.addEventListener("message", ({ data }) => {
        if (data.id !== id || data.event) return;
        order.push(method);
        resolve(data);
      });
      worker.postMessage({ id, method, params });
    });
    const begun = new Promise((resolve) => worker.addEventListener("message", ({ data }) => { if (data.event?.type === "step") resolve(null); }));
    await call(1, "start", { backend: "cpu" });
    const images = given.map((base64) => new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]));
    const request = { name: "Asked meanwhile", seed: 1, framing: { region: { left: 0, top: 0, width: 1, height: 1 }, tiles: 1 } };
    const learnt = call(2, "learn", { normals: images, request, checkpoint: null });
    await begun;
    const limit = await call(3, "discoveryLimit", { pValues: Float64Array.of(0.01, 0.5), rate: 0.05 });
    await call(4, "judge", { normal: Float32Array.of(0.1), anomalous: Float32Array.of(0.9) });
    await call(5, "recipe", { count: 100, request, base: null });
    worker.postMessage({ method: "control", params: { action: "stop" } });
    await learnt;
    return { order, limit: limit.result };
  }, normals);
  assert.deepEqual(answered, { order: ["start", "discoveryLimit", "judge", "recipe", "learn"], limit: 0.01 });
});

test("a whole data set is asked about, and sorted as the engine understands its folders", async (t) => {
  const page = await openTool(t, await startShared(t));
  await createProject(page, "Sorted");
  await page.setInputFiles("#normals-files", zipPayload("set.zip", dataSet()));
  await page.click("[data-testid=ask-sort]");
  await intakeIsOver(page, "normals");
  assert.deepEqual([await countOf(page, "normals"), await countOf(page, "images")], [IN_SET.normal, IN_SET.normalTest + IN_SET.anomaly]);
  assert.deepEqual(await leftOut(page, "normals"), { mask: IN_SET.mask, unknown: IN_SET.unknown, other: IN_SET.other });
});
