import assert from "node:assert/strict";
import { test } from "node:test";
import { mixedImages, notAnImage, png, rings } from "../fixtures.js";
import {
  allChecked, answer, bring, countOf, createProject, learn, leftOut, listIsThere, openTool, projectIs, projectsAre, saved, startWithFakeEngine, verdicts,
} from "../inspect.js";
import { messages, nextFrame, shoot } from "../page.js";

/** The stand-in for the engine takes large files for anomalies. */
const noise = (number) => ({
  name: `noise-${number}.png`, mimeType: "image/png", buffer: png(40, 40, (x, y) => [(x * 7919 + y * 104729 + number * 31 + ((x * y) ** 2 % 251)) % 256]),
});

test("from an empty list to verdicts; a reload brings everything back", async (t) => {
  const started = await startWithFakeEngine(t);
  const page = await openTool(t, started);
  assert.ok(await page.isVisible("#no-projects"));
  await createProject(page, "Screws, line 3");
  assert.match(await page.textContent("#normals-worth"), /^There are no normal images yet\. Bring at least ten/);
  assert.ok(await page.isDisabled("#learn-start"));

  await bring(page, "normals", [...rings(9), notAnImage("note.txt")]);
  assert.equal(await countOf(page, "normals"), 9);
  assert.deepEqual(await leftOut(page, "normals"), { other: 1 });
  assert.equal(await page.getAttribute("#normals-worth", "data-enough"), "false");
  assert.ok(await page.isDisabled("#learn-start"), "nine are not enough");
  await bring(page, "normals", rings(40));
  assert.equal(await countOf(page, "normals"), 40);
  assert.match((await messages(page, /** @type {any} */ ("normals"))).join(), /31 images taken in\. 9 files were there already/);
  await page.waitForFunction(() => /strictest promise .* 9\.1 % .* about 80 images/.test(document.querySelector("#normals-worth").textContent));

  await learn(page);
  assert.match(await page.textContent("#learn-trained"), /Trained on 40 images, best after epoch 6; 10 images held out/);
  await bring(page, "images", [...rings(50).slice(44), noise(1), noise(2), ...mixedImages.map(({ file }) => file)]);
  await allChecked(page);
  const found = await verdicts(page);
  assert.equal(found["noise-1.png"], "anomaly");
  assert.equal(found["ring-45.png"], "normal");
  assert.match(await page.textContent("#images-summary"), /^2 odd · 8 normal$/);
  await saved(page);
  await shoot(page, "inspect-checked");

  await page.click("#project nav a >> nth=2");
  await nextFrame(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "part-check");
  await page.reload();
  await projectIs(page, "Screws, line 3");
  await allChecked(page);
  assert.equal(await countOf(page, "normals"), 40);
  assert.deepEqual(await verdicts(page), found);
  assert.ok(await page.isHidden("#missing"));
  await page.waitForSelector("#normals-grid canvas[data-thumbnail=ready]");
});

test("images on both sides are warned of, and can be taken away", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Overlap");
  await bring(page, "normals", rings(12));
  await bring(page, "images", rings(15));
  assert.match(await page.textContent("#overlap-text"), /^12 images are both/);
  await page.click("#remove-overlap");
  await page.waitForSelector("#overlap", { state: "hidden" });
  assert.equal(await countOf(page, "images"), 3);
});

test("the normal images: chosen with the keyboard, removed one by one or all at once", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Keys");
  await bring(page, "normals", rings(12));
  await page.focus("#normals-grid [role=listbox]");
  for (const key of ["ArrowRight", "ArrowRight", "End", "Home", "ArrowRight"]) await page.keyboard.press(key);
  await nextFrame(page);
  assert.match(await page.textContent("#normals-chosen-name"), /^ring-1\.png/);
  await page.keyboard.press("Delete");
  await nextFrame(page);
  assert.equal(await countOf(page, "normals"), 11);
  assert.match(await page.textContent("#normals-chosen-name"), /^ring-2\.png/);
  await page.click("#normals-remove");
  await nextFrame(page);
  assert.equal(await countOf(page, "normals"), 10);
  await page.click("#normals-clear");
  await answer(page);
  await page.waitForSelector("#normals-brought", { state: "hidden" });
  await saved(page);
});

test("the part of the image that counts: drawn, typed, and kept", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Region");
  await bring(page, "normals", rings(12));
  await page.click("#framing summary");
  await page.waitForFunction(() => document.querySelector(".framing-image").width === 28);
  await page.locator("[data-testid=framing-stage]").scrollIntoViewIfNeeded();
  const box = await page.locator("[data-testid=framing-stage]").boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.6, { steps: 4 });
  await page.mouse.up();
  await nextFrame(page);
  const near = async (side, expected) => assert.ok(Math.abs(Number(await page.inputValue(`#region-${side}`)) - expected) < 1, `${side}: ${await page.inputValue(`#region-${side}`)}`);
  // A gesture that the system takes away, as a call that comes in does, leaves what was drawn.
  const region = await page.getAttribute(".framing-overlay .region", "x");
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 90);
  await page.evaluate(() => {
    const stage = document.querySelector("[data-testid=framing-stage]");
    stage.dispatchEvent(new PointerEvent("pointercancel", { pointerId: 1 }));
    stage.dispatchEvent(new PointerEvent("lostpointercapture", { pointerId: 1 }));
  });
  await page.mouse.move(box.x + 120, box.y + 120);
  assert.equal(await page.getAttribute(".framing-overlay .region", "x"), region);
  await page.mouse.up();
  await nextFrame(page);
  await near("left", 25);
  await near("top", 10);
  await near("width", 50);
  await near("height", 50);
  await page.fill("#region-left", "80");
  await page.keyboard.press("Tab");
  await nextFrame(page);
  await near("width", 20); // kept inside
  await page.fill("#tiles", "2");
  await page.keyboard.press("Tab");
  await nextFrame(page);
  assert.match(await page.textContent("#framing-summary"), /^Only a part of each image is used, cut into 2 × 2 tiles\./);
  await saved(page);
  await shoot(page, "inspect-region");
  await page.reload();
  await projectIs(page, "Region");
  assert.equal(await page.inputValue("#region-left"), "80");
  assert.equal(await page.inputValue("#tiles"), "2");
});

test("a run of training: paused, stopped; cancelled; and gone on with after the page was closed", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Run");
  await bring(page, "normals", rings(20));
  await page.click("#settings summary");
  await page.fill("#setting-epochs", "400");
  await page.keyboard.press("Tab");
  await page.click("#learn-start");
  await page.waitForSelector("#losses [data-loss=validation] .value:not(:empty)");
  await page.click("#run-pause");
  await page.waitForSelector("#run[data-phase=paused]");
  await page.click("#run-pause");
  await page.click("#run-cancel");
  await page.waitForSelector("#run[data-phase=over]");
  assert.equal(await page.textContent("#run-state"), "Cancelled. Nothing has changed.");
  assert.ok(await page.isHidden("#learn-pending"));

  await page.click("#learn-start");
  await page.waitForFunction(() => /^Kept after epoch [3-9]/.test(document.querySelector("#learn-kept").textContent));
  const shown = Number((await page.textContent("#learn-kept")).match(/\d+/)[0]);
  await saved(page);
  const url = page.url();
  await page.goto("about:blank"); // as a crash would, but for the question whether to leave
  await page.goto(url);
  await projectIs(page, "Run");
  await page.waitForSelector("#learn-pending:not([hidden])");
  const [, epoch] = (await page.textContent("#learn-pending-text")).match(/kept after epoch (\d+) of 400/);
  assert.ok(Number(epoch) >= shown, "what was shown as kept is there");
  await page.waitForSelector("#backend-status[data-backend=cpu]");
  await page.click("#go-on");
  await page.waitForFunction(() => /^epoch \d/.test(document.querySelector("#run-numbers").textContent));
  const [, first] = (await page.textContent("#run-numbers")).match(/^epoch (\d+)/);
  assert.ok(Number(first) > Number(epoch), `epoch ${first} after a checkpoint of ${epoch}`);
  await page.click("#run-stop");
  await page.waitForSelector("#run[data-phase=over]");
  assert.match(await page.textContent("#run-state"), /^Stopped; the best state is kept\./);
  await page.waitForSelector("#learn-pending", { state: "hidden" });
  await saved(page);
});

/** Run in the worker before the stand-in's code: ends it when told to, as too little memory would. */
const CRASHES = 'new BroadcastChannel("crash").onmessage = () => setTimeout(() => { throw new Error("out of memory"); });\n';

test("a worker that dies in the middle of learning: the run goes on by itself, and is offered when that is hopeless", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t, { workerPrelude: CRASHES }), { mayComplain: true });
  await createProject(page, "Dies");
  await bring(page, "normals", rings(20));
  await page.click("#settings summary");
  await page.fill("#setting-epochs", "10000"); // so many that it never comes to its end
  await page.keyboard.press("Tab");
  await page.click("#learn-start");
  const keptAfter = () => page.evaluate(() => Number(document.querySelector("#learn-kept").textContent.match(/\d+/)?.[0] ?? 0));
  let kept = 0;
  for (let crash = 1; crash <= 3; crash++) {
    await page.waitForFunction((before) => Number(document.querySelector("#learn-kept").textContent.match(/\d+/)?.[0] ?? 0) > before + 1, kept);
    kept = await keptAfter();
    await page.evaluate(() => new BroadcastChannel("crash").postMessage(null));
    if (crash === 3) continue;
    await page.waitForFunction((epoch) => Number(document.querySelector("#messages-learn").textContent.match(/goes on after epoch (\d+)/g)?.at(-1).match(/\d+/)[0]) >= epoch, kept);
  }
  await page.waitForSelector("#learn-pending:not([hidden])");
  assert.match(await page.textContent("#messages-learn"), /The training ended early: .* stopped unexpectedly/);
  const offered = Number((await page.textContent("#learn-pending-text")).match(/epoch (\d+) of 10000/)[1]);
  assert.ok(offered >= kept, `${offered} is not before ${kept}`);
  await page.click("#go-on");
  await page.waitForFunction((epoch) => Number(document.querySelector("#run-numbers").textContent.match(/^epoch (\d+)/)?.[1]) > epoch, offered);
  await page.click("#run-stop");
  await page.waitForSelector("#run[data-phase=over]");
  await page.waitForSelector("#learn-trained[data-model=true]");
  assert.ok(await page.isHidden("#learn-pending"));
});

test("projects are listed, renamed and deleted", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  for (const name of ["First", "Second"]) {
    await createProject(page, name);
    await page.click("#back");
    await page.waitForSelector("#projects:not([hidden])");
  }
  await projectsAre(page, ["Second", "First"]);
  await page.click("[aria-label='Rename… First']");
  await answer(page, "Third = <b>bold</b>");
  await page.waitForFunction(() => document.querySelector("[data-testid=project-link]").textContent.startsWith("Third"));
  await page.click("[aria-label='Delete… Second']");
  await page.click("[data-testid=ask-cancel]");
  assert.equal(await page.locator("[data-testid=project-link]").count(), 2);
  await page.click("[aria-label='Delete… Second']");
  await shoot(page, "inspect-delete", { fullPage: false });
  await answer(page);
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=project-link]").length === 1);
  await page.reload();
  await listIsThere(page);
  await projectsAre(page, ["Third = <b>bold</b>"]);
  await page.goto(page.url().replace(/#.*/, "") + "#project=11111111-1111-4111-8111-111111111111");
  await page.waitForSelector("#messages-projects .message");
  assert.match((await messages(page, /** @type {any} */ ("projects"))).join(), /This project is no longer in this browser/);
});
