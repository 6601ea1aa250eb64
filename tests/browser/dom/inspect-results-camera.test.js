import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf } from "../inspect.js";
import { assertAccessible, nextFrame, shoot } from "../page.js";
import { openResults, resultsOf, startWithResults } from "../results-project.js";

const [WIDTH, HEIGHT] = [800, 600];

/** A camera that films a square, which moves unless it is told to be still; or fails with the error that `trouble` names. */
function standIn() {
  globalThis.streams = [];
  globalThis.trouble = "";
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 800, height: 600 });
  const context = canvas.getContext("2d");
  let time = 0;
  setInterval(() => {
    context.fillStyle = "#456";
    context.fillRect(0, 0, 800, 600);
    context.fillStyle = "#fc8";
    context.fillRect(globalThis.isStill ? 100 : (time += 3) % 700, 100, 100, 100);
  }, 30);
  navigator.mediaDevices.getUserMedia = async () => {
    if (globalThis.trouble) throw new DOMException("", globalThis.trouble);
    const stream = canvas.captureStream(30);
    globalThis.streams.push(stream);
    return stream;
  };
  navigator.mediaDevices.enumerateDevices = async () => ["front", "back"].map((name) => ({ kind: "videoinput", deviceId: name, label: `Camera at the ${name}` }));
  new BroadcastChannel("stand-in").onmessage = ({ data: { kind, most, bytes } }) => {
    globalThis.most = { ...globalThis.most, [kind]: most };
    if (kind !== "frame") return;
    globalThis.frameBytes = bytes;
    globalThis.framesScored = (globalThis.framesScored ?? 0) + 1;
  };
}

const isLive = (page) => page.evaluate(() => globalThis.streams.some((stream) => stream.getTracks().some((track) => track.readyState === "live")));
const hide = (page, state) => page.evaluate((value) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
}, state);

async function withCamera(t) {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [0.1, 0.2] }), { before: standIn });
  await page.waitForFunction(() => document.querySelector("#images-grid").dataset.complete === "true");
  return page;
}

test("the camera: a live score on each frame, never two at once; frames are kept; it stops when it is left", async (t) => {
  const page = await withCamera(t);
  await page.click("#camera-open");
  await page.waitForSelector("#camera-live[data-verdict=anomaly]");
  assert.match(await page.textContent("#camera-live"), /odd.*score 0\.900/, "the engine takes a frame for a large file");
  assert.equal(await page.$$eval("#camera-device option", (all) => all.map((one) => one.textContent).join()), "Camera at the front,Camera at the back");
  await assertAccessible(page, "camera");
  await page.locator("#camera").scrollIntoViewIfNeeded();
  await shoot(page, "results-camera", { fullPage: false });
  await page.click("#camera-keep-image");
  await page.waitForFunction(() => document.querySelector("#images-count").textContent === "3 images to check");
  assert.match(await page.textContent("#camera-state"), /“camera-.*\.png” is kept\./);
  await page.click("#camera-keep-normal");
  await page.waitForFunction(() => document.querySelector("#normals-count").textContent === "9 normal images");
  await page.waitForFunction((before) => globalThis.framesScored > before + 3, await page.evaluate(() => globalThis.framesScored));
  assert.equal(await page.evaluate(() => globalThis.frameBytes), 54 + WIDTH * HEIGHT * 3, "a frame in all its pixels, as the limit was set with");
  assert.equal(await page.evaluate(() => globalThis.most.frame), 1, "frames in the engine at once, however often the page is drawn");
  assert.ok(await isLive(page));
  await page.click("#camera-start");
  assert.equal(await isLive(page), false, "stopped by the button");
  await page.click("#camera-start");
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
  await hide(page, "hidden");
  assert.equal(await isLive(page), false, "stopped when the tab is left");
  assert.equal(await page.textContent("#camera-state"), "The camera was stopped because this tab was left.");
  await hide(page, "visible");
  await page.click("#camera-start");
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
  await page.evaluate(() => globalThis.streams.at(-1).getTracks()[0].dispatchEvent(new Event("ended")));
  assert.match(await page.textContent("#camera-state"), /unplugged/);
  await page.click("#camera-start");
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
  await page.click("#camera-close");
  assert.equal(await isLive(page), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), "camera-open");
  await page.click("#camera-open");
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
  await page.click("#back");
  await page.waitForSelector("[data-testid=project-link]");
  assert.equal(await isLive(page), false, "stopped when the project is left");
});

test("without a model, the camera brings normal images", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [null], project: { model: null } }), { before: standIn });
  assert.match(await page.textContent("#promise"), /as soon as the model has learnt/);
  assert.ok(await page.isHidden("#rate"));
  await page.click("#camera-open");
  await page.waitForFunction(() => /as soon as the model has learnt/.test(document.querySelector("#camera-live").textContent));
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
  await page.click("#camera-keep-normal");
  await page.waitForFunction(() => document.querySelector("#normals-count").textContent === "9 normal images");
  assert.equal(await page.evaluate(() => globalThis.most?.frame), undefined, "nothing is scored");
});

test("no camera, none allowed, one in use: it is said what to do", async (t) => {
  const page = await withCamera(t);
  for (const [error, sentence] of [["NotAllowedError", /did not allow/], ["NotFoundError", /No camera was found/], ["NotReadableError", /in use by another program/], ["Whatever", /could not be used/]]) {
    await page.evaluate((name) => { globalThis.trouble = name; }, error);
    await page.click((await page.isVisible("#camera-open")) ? "#camera-open" : "#camera-start");
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#camera-state").textContent), sentence.source);
    assert.equal(await page.evaluate(() => document.activeElement.id), "camera-start", "it can be tried again at once");
  }
  assert.equal(await page.getAttribute("#camera-keep-image", "aria-disabled"), "true");
  await page.click("#camera-keep-image", { force: true });
  await nextFrame(page);
  assert.equal(await countOf(page, "images"), 2);
  await page.evaluate(() => { globalThis.trouble = ""; });
  await page.click("#camera-start");
  await page.waitForSelector("[data-testid=camera-video]", { state: "visible" });
});

test("a frame that is there already is not said to be kept", async (t) => {
  const page = await withCamera(t);
  await page.evaluate(() => { globalThis.isStill = true; });
  await page.click("#camera-open");
  await page.waitForSelector("#camera-live[data-verdict=anomaly]");
  await page.click("#camera-keep-image");
  await page.waitForFunction(() => /is kept/.test(document.querySelector("#camera-state").textContent));
  await page.click("#camera-keep-image");
  await page.waitForFunction(() => /1 file was there already/.test(document.querySelector("#messages-images").textContent));
  await nextFrame(page);
  assert.equal(await page.textContent("#camera-state"), "");
  assert.equal(await countOf(page, "images"), 3);
});
