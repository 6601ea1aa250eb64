import assert from "node:assert/strict";
import { test } from "node:test";
import { png, rings } from "../fixtures.js";
import { allChecked, bring, createProject, learn, openTool, startWithFakeEngine } from "../inspect.js";
import { assertAccessible, atRest, nextFrame, shoot } from "../page.js";
import { openResults, resultsOf, startWithResults, stored } from "../results-project.js";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

const eight = (change) => resultsOf({ scores: [0.9, 0.8, 0.7, 0.2, 0.1, 0.3, 0.15, 0.6], with: change });

/** Where the focus is. */
const focusIn = (page) => page.evaluate(() => document.querySelector("#viewer").contains(document.activeElement) && document.activeElement.id);
const name = (page) => page.textContent("#viewer-name");
const said = (page) => page.textContent("[data-testid=viewer-live]");

test("a review with the keyboard alone: accept, reject, note, undo, next and previous", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight());
  await page.click("#review");
  await page.waitForSelector("#viewer[open]");
  assert.equal(await page.textContent("#viewer-progress"), "0 of 4 odd ones reviewed");
  assert.equal(await name(page), "image-1.png");
  assert.match(await said(page), /^image-1\.png\. Image 1 of 4\. odd, 0\.900, not reviewed\.$/);
  assert.match(await page.textContent("#viewer-p-value"), /^None of the 39 normal images that set the limit is as odd\. At most about 1 in 40 normal images would be\. \(p-value 0\.0250\)/);
  await page.keyboard.press("r");
  await nextFrame(page);
  assert.equal(await name(page), "image-2.png", "goes on by itself");
  assert.match(await said(page), /^image-1\.png: rejected\. image-2\.png\. Image 2 of 4/);
  await page.keyboard.press("n");
  assert.equal(await focusIn(page), "viewer-note");
  await page.keyboard.type("rust, a real one");
  await page.keyboard.press("Escape");
  assert.ok(await page.isVisible("#viewer"), "ends the writing, not the review");
  assert.equal(await focusIn(page), "viewer-name");
  await page.keyboard.press("a");
  await nextFrame(page);
  assert.equal(await name(page), "image-3.png");
  await nextFrame(page);
  assert.equal(await page.textContent("#viewer-progress"), "2 of 4 odd ones reviewed");
  assert.deepEqual(await stored(page, "image-2.png").then(({ review, note }) => ({ review, note })), { review: "accepted", note: "rust, a real one" });
  await page.keyboard.press("u");
  await nextFrame(page);
  assert.equal(await name(page), "image-2.png", "undoing shows what was undone");
  assert.equal(await page.getAttribute("#viewer-accept", "aria-pressed"), "false");
  assert.match(await said(page), /^Undone: image-2\.png/);
  assert.equal(await page.inputValue("#viewer-note"), "rust, a real one");
  await page.keyboard.press("u");
  await nextFrame(page);
  assert.equal(await page.inputValue("#viewer-note"), "", "the note was a step of its own");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  assert.equal(await name(page), "image-8.png");
  assert.match(await said(page), /last image/);
  for (const key of ["ArrowLeft", "k", "j"]) await page.keyboard.press(key);
  assert.equal(await name(page), "image-3.png");
  assert.equal(await stored(page, "image-2.png").then(({ review }) => review), "");
  assert.equal(await stored(page, "image-1.png").then(({ review }) => review), "rejected");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#viewer", { state: "hidden" });
  await page.waitForFunction(() => document.activeElement.dataset.testid === "virtual-grid"); // a moment later, the focus is back in the list
  await page.click("#review");
  assert.equal(await name(page), "image-2.png", "the first that was not reviewed");
});

test("a review with the buttons: the focus is never lost", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight());
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForSelector("#viewer[open]");
  const seen = new Set();
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    const id = await focusIn(page);
    // The browser's own bar comes between the last and the first.
    if (id) seen.add(id);
  }
  for (const id of ["viewer-previous", "viewer-accept", "viewer-reject", "viewer-next", "viewer-undo", "viewer-note", "viewer-label", "viewer-close"]) assert.ok(seen.has(id), `${id} is not among ${[...seen]}`);
  for (const id of ["viewer-previous", "viewer-undo", "viewer-accept", "viewer-reject", "viewer-next", "viewer-next", "viewer-next", "viewer-next", "viewer-next", "viewer-next", "viewer-next", "viewer-undo", "viewer-undo", "viewer-undo"]) {
    await page.focus(`#${id}`);
    await page.keyboard.press("Enter");
    await nextFrame(page);
    assert.equal(await focusIn(page), id);
  }
  await page.click(".neighbour >> nth=3");
  assert.equal(await name(page), "image-2.png");
  await page.selectOption("#viewer-label", "anomaly");
  assert.equal(await stored(page, "image-2.png").then(({ label }) => label), "anomaly");
});

test("an explanation: heatmaps over the image, terms, the most similar normal images, the oddest tile", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight());
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForSelector("[data-testid=terms]");
  const heat = () => page.$eval("[data-testid=heat]", (canvas) => ({
    hidden: canvas.hidden, opacity: canvas.style.opacity, pixel: [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data], clear: canvas.getContext("2d").getImageData(6, 1, 1, 1).data[3],
  }));
  const shown = await heat();
  assert.equal(shown.hidden, false);
  assert.ok(shown.pixel[0] > 200 && shown.pixel[2] < 60, `red is the reconstruction: ${shown.pixel}`);
  assert.equal(shown.clear, 0, "clear where nothing is odd");
  await page.check("[data-testid=heatmap-features]", { force: true });
  assert.ok((await heat()).pixel[2] > 200, "blue are the features");
  await page.focus("#heat-opacity");
  await page.keyboard.press("Home");
  assert.equal((await heat()).opacity, "0");
  assert.equal(await name(page), "image-1.png", "arrow keys of a slider are its own");
  await page.focus("#viewer-name");
  await page.keyboard.press("h");
  assert.equal((await heat()).hidden, true);
  const [stage, picture, canvas] = await page.$$eval(".stage-box, .stage-picture, .stage-heat", (all) => all.map((one) => one.getBoundingClientRect().width));
  assert.ok(stage > 200 && picture === stage && canvas === 0, "the heatmap lies over the whole image");
  const frame = await page.$eval(".stage-frame .over", (rect) => ["x", "y", "width", "height"].map((side) => rect.getAttribute(side)));
  assert.deepEqual(frame, ["0", "0.5", "0.5", "0.5"]);
  const terms = await page.$$eval("[data-testid=terms] li", (all) => all.map((one) => ({
    term: one.dataset.term, text: one.textContent, value: one.querySelector(".term-value").style.width,
  })));
  assert.deepEqual(terms.map(({ term }) => term), ["features", "relative-error"], "what stands out comes first");
  assert.match(terms[0].text, /^What looks unfamiliar: 4\.00 times what is typical, which adds 0\.600 to the score$/);
  assert.deepEqual(terms.map(({ value }) => value), ["100%", "0%"], "what adds nothing has no bar");
  assert.deepEqual(await page.$$eval("[data-testid=nearest] li", (all) => all.map((one) => one.textContent)), ["normal-4.png, distance 0.110", "normal-7.png, distance 0.250"], "two tiles of one image are one");
  await page.waitForSelector("[data-testid=nearest] canvas[data-thumbnail=ready]");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.$("[data-testid=terms]"), null, "another image, another explanation");
  await page.waitForSelector("[data-testid=terms]");
});

test("while the model learns anew, what is said of an image stays as it is", async (t) => {
  const page = await openTool(t, await startWithFakeEngine(t));
  await createProject(page, "Learning");
  await bring(page, "normals", rings(14));
  await learn(page);
  await bring(page, "images", rings(20).slice(14));
  await allChecked(page);
  await page.click("#settings summary");
  await page.fill("#setting-epochs", "400");
  await page.click("#learn-start");
  await page.waitForSelector("#run[data-phase=running]");
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForFunction(() => document.querySelector("#explain-state").textContent === "There is an explanation when the training is over.");
  const changes = await page.evaluate(async () => {
    let number = 0;
    new MutationObserver((records) => { number += records.length; }).observe(document.querySelector(".viewer .explain"), { childList: true, characterData: true, subtree: true });
    // While several steps are told of.
    const numbers = document.querySelector("#run-numbers");
    for (let told = 0; told < 4; told++) await new Promise((resolve) => { new MutationObserver(resolve).observe(numbers, { childList: true, characterData: true, subtree: true }); });
    return number;
  });
  assert.equal(changes, 0);
  await page.keyboard.press("Escape");
  await page.click("#run-cancel");
  await page.waitForSelector("#run[data-phase=over]");
});

test("at the end of the list the focus stays on a picture that is there", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight());
  await page.click("#images-grid .virtual-cell >> nth=0");
  for (let step = 0; step < 4; step++) {
    await page.focus(".neighbour:last-child");
    await page.keyboard.press("Enter");
    await nextFrame(page);
    await nextFrame(page);
    assert.ok(await page.evaluate(() => document.activeElement.matches(".neighbour") && document.activeElement.checkVisibility({ visibilityProperty: true })), `after ${step + 1}`);
  }
});

test("a note that is written bit by bit is undone in one step", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight(), { clock: true });
  await page.click("#images-grid .virtual-cell >> nth=0");
  for (const part of ["a scratch", " and a dent"]) {
    await page.focus("#viewer-note");
    await page.keyboard.type(part);
    await page.clock.runFor(500); // a note is kept when its writer pauses
  }
  assert.equal(await stored(page, "image-1.png").then(({ note }) => note), "a scratch and a dent");
  await page.keyboard.press("Escape");
  await page.keyboard.press("u");
  assert.equal(await stored(page, "image-1.png").then(({ note }) => note), "");
});

test("leaving the project closes the image, and keeps its note", async (t) => {
  const page = await openResults(t, await startWithResults(t), eight(), { clock: true });
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.focus("#viewer-note");
  await page.keyboard.type("left in ");
  await page.clock.runFor(500); // a note is kept when its writer pauses
  await page.keyboard.type("a hurry");
  await page.clock.runFor(500); // a note is kept when its writer pauses
  await page.evaluate(() => { location.hash = ""; });
  await page.waitForSelector("[data-testid=project-link]");
  assert.ok(await page.isHidden("#viewer"));
  await page.click("[data-testid=project-link]");
  await page.waitForSelector("#images-grid .virtual-cell");
  assert.ok(await page.isHidden("#viewer"));
  assert.equal(await stored(page, "image-1.png").then(({ note }) => note), "left in a hurry");
});

test("a large image is shown in full, the heatmap over all of it, and the frame in its place", async (t) => {
  const results = eight();
  results.files[0] = png(4000, 500, (x, y) => [(x >> 4) % 256, y % 256, 90]);
  const page = await openResults(t, await startWithResults(t), results);
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForSelector("[data-testid=terms]");
  const canvas = await page.$eval(".stage-picture", ({ width, height }) => ({ width, height }));
  assert.deepEqual(canvas, { width: 1600, height: 200 }, "as it is, but with fewer pixels");
  const boxes = await page.$$eval(".stage-picture, .stage-heat, .stage-frame", (all) => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => width / height));
  for (const ratio of boxes) assert.ok(Math.abs(ratio - 8) < 0.05, `the proportions are kept: ${boxes}`);
  assert.ok(await page.$eval(".viewer-picture", (part) => part.scrollWidth <= part.clientWidth), "nothing is cut off");
});

test("what cannot be shown or explained is said", async (t) => {
  const results = eight((image, index) => { if (index === 1) image.error = "this is no image"; });
  results.files[0] = Buffer.from("broken: no image at all");
  const page = await openResults(t, await startWithResults(t), results);
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.waitForSelector("[data-testid=stage][data-shown=none]");
  assert.match(await page.textContent(".stage-trouble"), /^This image cannot be shown: .+ could not be decoded\.$/);
  await page.waitForFunction(() => document.querySelector("#explain-state").textContent === "It could not be explained: it cannot be decoded.");
  await page.keyboard.press("Escape");
  await page.click("#images-grid .virtual-cell[data-verdict=unreadable]");
  assert.equal(await page.textContent("#viewer-p-value"), "this is no image");
});

for (const [title, options] of /** @type {const} */ ([
  ["desktop-light", { ...DESKTOP, colorScheme: "light" }], ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }],
  ["phone-light", { ...PHONE, colorScheme: "light" }], ["phone-dark", { ...PHONE, colorScheme: "dark" }],
])) {
  test(`every state of the results is accessible and fits the screen: ${title}`, async (t) => {
    const scores = Array.from({ length: 60 }, (_, index) => 0.1 + ((index * 37) % 60) / 100);
    const results = resultsOf({
      scores, names: scores.map((_, index) => `line ${index % 3}/a-rather-long-name-of-an-image-${index}.png`),
      with: (image, index) => {
        if (index % 7 === 0) Object.assign(image, { review: index % 2 ? "accepted" : "rejected", note: "a scratch near the edge" });
        if (index === 5) Object.assign(image, { score: null, pValue: null, error: "it cannot be decoded" });
        if (index % 3 === 1) image.label = index % 2 ? "normal" : "anomaly";
      },
    });
    const page = await openResults(t, await startWithResults(t), results, options);
    const check = async (state, fullPage = true) => {
      await shoot(page, `results-${title}-${state}`, { fullPage });
      await assertAccessible(page, state);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${state} is ${width} pixels wide`);
    };
    await page.waitForSelector("#images-grid canvas[data-thumbnail=ready]");
    await atRest(page);
    await check("1-pictures");
    await page.check("[data-testid=view-table]", { force: true });
    await page.click("#known-panel summary");
    await page.waitForSelector("[data-testid=roc]");
    await atRest(page);
    await check("2-table-known");
    await page.check("#batch");
    await page.waitForFunction(() => document.querySelector("#promise").textContent.includes("Benjamini"));
    await page.fill("#search", "nothing");
    await page.waitForSelector("#images-none:not([hidden])");
    await check("3-batch-none");
    await page.uncheck("#batch");
    await page.fill("#search", "");
    await page.waitForSelector(".virtual-row");
    await page.click(".virtual-row >> nth=2");
    await page.waitForSelector("[data-testid=terms]");
    await page.waitForSelector("[data-testid=nearest] canvas[data-thumbnail=ready]");
    await atRest(page);
    await check("4-viewer", false);
    if (title.startsWith("phone")) {
      await page.evaluate(() => document.querySelector("#viewer").scrollTo(0, 700));
      await shoot(page, `results-${title}-5-viewer-below`, { fullPage: false });
    }
  });
}
