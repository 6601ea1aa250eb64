import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verdicts } from "../inspect.js";
import { downloadBy, nextFrame } from "../page.js";
import { openResults, resultsOf, shownNames, shows, startWithResults, stored } from "../results-project.js";

/** With 39 held-out images at 0.01 to 0.39, 5 % is a threshold of 0.38: one above, and the image itself. */
const six = () => resultsOf({
  scores: [0.2, 0.9, 0.385, null, 0.05, 0.7], names: ["image-10.png", "image-9.png", "b/Ärger.png", "broken.png", "image-1.png", "image-2.png"],
  with: (image, index) => {
    if (index === 3) image.error = "it cannot be decoded";
    if (index === 1) image.review = "rejected";
    if (index === 4) Object.assign(image, { review: "accepted", note: "a shadow" });
  },
});

test("the list: sorted, filtered and searched, as pictures", async (t) => {
  const page = await openResults(t, await startWithResults(t), six());
  assert.equal(await page.textContent("#images-summary"), "3 odd · 2 normal · 1 unreadable");
  assert.deepEqual(await shownNames(page), ["image-9.png", "image-2.png", "b/Ärger.png", "image-10.png", "image-1.png", "broken.png"], "the oddest first, the unreadable last");
  await page.selectOption("#sort", "name");
  await nextFrame(page);
  assert.deepEqual(await shownNames(page), ["b/Ärger.png", "broken.png", "image-1.png", "image-2.png", "image-9.png", "image-10.png"], "as people count");
  await page.selectOption("#sort", "brought");
  await nextFrame(page);
  assert.equal((await shownNames(page))[0], "image-10.png");
  const names = async (filter) => {
    await page.selectOption("#filter", filter);
    await nextFrame(page);
    return (await shownNames(page)).sort();
  };
  assert.deepEqual(await names("flagged"), ["b/Ärger.png", "image-2.png", "image-9.png"]);
  assert.deepEqual(await names("normal"), ["image-1.png", "image-10.png"]);
  assert.deepEqual(await names("unreadable"), ["broken.png"]);
  assert.deepEqual(await names("reviewed"), ["image-1.png", "image-9.png"]);
  assert.deepEqual(await names("unreviewed"), ["b/Ärger.png", "broken.png", "image-10.png", "image-2.png"]);
  assert.deepEqual(await names("accepted"), ["image-1.png"]);
  assert.deepEqual(await names("rejected"), ["image-9.png"]);
  assert.equal(await page.textContent("#filter option[value=flagged]"), "odd (3)");
  await page.selectOption("#filter", "all");
  await page.fill("#search", "ärg");
  await shows(page, "1 of 6 images");
  assert.deepEqual(await shownNames(page), ["b/Ärger.png"]);
  await page.fill("#search", "nothing like it");
  await page.waitForSelector("#images-none:not([hidden])");
});

test("the list as a table: columns are sorted by a click or a key, rows gone through with the keyboard", async (t) => {
  const page = await openResults(t, await startWithResults(t), six());
  await page.check("[data-testid=view-table]", { force: true });
  await page.waitForSelector(".virtual-row");
  const sortOf = (column) => page.getAttribute(`th.column-${column}`, "aria-sort");
  assert.equal(await sortOf("score"), "descending");
  assert.equal(await sortOf("name"), "none");
  await page.click("[data-testid=sort-name]");
  await nextFrame(page);
  assert.equal(await sortOf("name"), "ascending");
  assert.equal(await sortOf("score"), "none");
  assert.equal((await shownNames(page))[0], "b/Ärger.png");
  await page.keyboard.press("Enter");
  await nextFrame(page);
  assert.equal(await sortOf("name"), "descending");
  assert.equal((await shownNames(page))[0], "image-10.png");
  for (const [column, first] of [["pValue", "image-9.png"], ["verdict", "image-9.png"], ["review", "image-9.png"], ["note", "image-1.png"]]) {
    await page.click(`[data-testid=sort-${column}]`);
    await nextFrame(page);
    assert.ok((await shownNames(page))[0] === first || column === "pValue", `${column}: ${await shownNames(page)}`);
  }
  const cells = await page.$$eval(".virtual-row[data-name='image-1.png'] > *", (all) => all.map((cell) => cell.textContent));
  assert.deepEqual(cells, ["image-1.png", "0.0500", "0.900", "normal", "accepted", "a shadow"]);
  const table = "[data-testid=virtual-table]";
  assert.equal(await page.getAttribute(table, "aria-rowcount"), "7");
  await page.focus(table);
  for (const key of ["ArrowDown", "ArrowDown", "End", "Home", "ArrowDown"]) await page.keyboard.press(key);
  await nextFrame(page);
  const chosen = await page.$eval(".virtual-row[aria-selected=true]", (row) => ({ id: row.id, place: row.getAttribute("aria-rowindex") }));
  assert.equal(chosen.place, "3");
  assert.equal(await page.getAttribute(table, "aria-activedescendant"), chosen.id);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#viewer[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#viewer", { state: "hidden" });
  await page.waitForFunction((selector) => document.activeElement === document.querySelector(selector), table); // a moment later, the focus is back
});

test("the limit: slider, sentence, interval, stricter promise, kept with the project", async (t) => {
  const page = await openResults(t, await startWithResults(t), six());
  assert.equal(await page.textContent("#rate-text"), "At most 5 % false alarms");
  assert.deepEqual(await page.$eval("#rate", (rate) => [rate.min, rate.max, rate.value]), ["3", "20", "5"], "40 can promise 2.5 %, so 3 %");
  assert.match(await page.textContent("#promise"), /at most 5 in 100 normal images are called odd, if the new normal images are like those you brought\./);
  assert.match(await page.textContent("#promise"), /39 normal images that set the limit, the true rate lies between 1\.7 and 10 % \(95 % interval\)/);
  assert.match(await page.textContent("#promise"), /score is above 0\.380\./);
  assert.match(await page.textContent("#stricter"), /^To promise 2 %, about \d+ more normal images are needed\./);
  await page.focus("#rate");
  await page.keyboard.press("Home");
  await nextFrame(page);
  await nextFrame(page);
  assert.equal(await page.textContent("#images-summary"), "2 odd · 3 normal · 1 unreadable", "0.385 lies below the highest of the held-out ones");
  assert.equal((await stored(page, "")).rate, 3);
  await page.keyboard.press("End");
  await nextFrame(page);
  assert.match(await page.textContent("#promise"), /at most 20 in 100/);
});

test("a limit that cannot be promised is not offered", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [0.02, 0.9], held: 3 }));
  assert.equal(await page.textContent("#rate-text"), "At most 25 % false alarms");
  assert.ok(await page.isDisabled("#rate"), "with three held-out images there is but one");
  assert.equal(await page.textContent("#images-summary"), "1 odd · 1 normal");
  assert.match(await page.textContent("#stricter"), /^To promise 10 %/);
});

test("the histogram: the threshold is dragged with the pointer and moved with the keys", async (t) => {
  const page = await openResults(t, await startWithResults(t), six());
  const handle = page.locator("#threshold-handle");
  await handle.scrollIntoViewIfNeeded();
  assert.equal(await handle.getAttribute("role"), "slider");
  assert.equal(await handle.getAttribute("aria-valuenow"), "5");
  await handle.focus();
  await page.keyboard.press("ArrowLeft");
  await nextFrame(page);
  assert.equal(await handle.getAttribute("aria-valuenow"), "6");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await nextFrame(page);
  assert.equal(await handle.getAttribute("aria-valuetext"), "at most 20 per cent false alarms");
  const box = await handle.boundingBox();
  const chart = await page.locator("#results-histogram .histogram").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width - 2, box.y + 10, { steps: 5 });
  await page.mouse.up();
  await nextFrame(page);
  await nextFrame(page);
  assert.equal(await page.inputValue("#rate"), "3", "at the right end it is strictest");
  const moved = await handle.boundingBox();
  assert.ok(moved.x > box.x + 2, "the line has moved to the right");
  await page.mouse.move(moved.x + 1, moved.y + 20);
  await nextFrame(page);
  assert.equal(await page.inputValue("#rate"), "3", "let go");
});

test("a batch: of those called odd, at most so many are normal", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [1.5, 1.5, 1.5, 0.1, 0.2, 0.3, 0.15, 0.02], held: 99 }));
  await page.check("#batch");

  await page.waitForFunction(() => document.querySelector("#promise").textContent.includes("p-value is 0.0100 or less"));
  assert.match(await page.textContent("#promise"), /at most 10 % are normal on average.*Benjamini-Hochberg/);
  assert.ok(await page.isHidden("#rate"));
  assert.equal(await page.textContent("#images-summary"), "3 odd · 5 normal");
  assert.match(await page.textContent("#promise"), /when its score is above 0\.990\./);
  const lines = () => page.$$eval("#results-histogram .flagged:not([hidden])", (all) => all.map((part) => Number.parseFloat(part.style.left) / 100));
  const [line, ...others] = await lines();
  assert.deepEqual(others, []);
  const last = await page.$eval("#results-histogram path.held", (bars) => { const { x, width } = /** @type {any} */ (bars).getBBox(); return x + width; });
  assert.ok(line > last - 0.04 && line < last + 0.01, `the line at ${line}, where the held-out images end, at ${last}`);
  await page.focus("#batch-rate");
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("#promise").textContent.includes("None of the 8 images"));
  assert.equal(await page.textContent("#images-summary"), "0 odd · 8 normal");
  assert.deepEqual(await lines(), [], "nothing is odd under this limit, whatever its score");
  assert.equal((await stored(page, "")).batchRate, 1);
  await page.uncheck("#batch");
  await page.waitForSelector("#rate", { state: "visible" });
  await nextFrame(page);
  await nextFrame(page);
  assert.equal(await page.textContent("#images-summary"), "3 odd · 5 normal");
});

test("a batch: while its limit is worked out anew there is no verdict, and what is written has the limit that it states", async (t) => {
  const scores = [1.5, 1.5, 0.98, 0.1, 0.2, 0.3, 0.15, 0.02];
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores, held: 99, project: { batchRate: 10 } }));
  const summary = (words) => page.waitForFunction((wanted) => document.querySelector("#images-summary").textContent === wanted, words);
  await summary("3 odd · 5 normal");
  await page.fill("#batch-rate", "3"); // the stand-in does not answer for now
  await summary("");
  assert.equal(await page.textContent("#promise"), "This limit is worked out anew…");
  assert.deepEqual(Object.values(await verdicts(page)), scores.map(() => ""));
  const written = downloadBy(page, "#take-json");
  await page.waitForSelector("#writing:not([hidden])");
  await nextFrame(page);
  await page.evaluate(() => new BroadcastChannel("release").postMessage(null));
  const data = JSON.parse(readFileSync((await written).path, "utf8"));
  assert.deepEqual([data.batchRate, data.largestOddPValue], [3, null]);
  assert.deepEqual(data.images.map(({ verdict }) => verdict), scores.map(() => "normal"));
  await summary("0 odd · 8 normal");
});

test("large images are scored fewer at a time", async (t) => {
  const results = resultsOf({ scores: Array.from({ length: 10 }, () => null), with: (image) => { image.bytes = 15 * 2 ** 20; } });
  const listen = () => {
    globalThis.chunks = [];
    new BroadcastChannel("stand-in").onmessage = ({ data: { kind, images } }) => { if (kind === "score") globalThis.chunks.push(images); };
  };
  const page = await openResults(t, await startWithResults(t), results, { before: listen });
  await page.waitForSelector("#images-grid[data-complete=true]");
  assert.deepEqual(await page.evaluate(() => globalThis.chunks), [2, 2, 2, 2, 2]);
});

test("another tab has the project: everything can be looked at, nothing changed", async (t) => {
  const first = await openResults(t, await startWithResults(t), six());
  const second = await first.context().newPage();
  await second.goto(first.url());
  await second.waitForSelector("#reader:not([hidden])");
  await second.waitForSelector("#images-grid .virtual-cell");
  assert.ok(await second.isDisabled("#rate"));
  assert.ok(await second.isDisabled("#batch"));
  assert.ok(await second.isDisabled("#camera-open"));
  await second.focus("#threshold-handle");
  await second.keyboard.press("ArrowLeft");
  await nextFrame(second);
  assert.equal(await second.inputValue("#rate"), "5");
  await second.click("#images-grid .virtual-cell >> nth=0");
  await second.keyboard.press("a");
  assert.match(await second.textContent("[data-testid=viewer-live]"), /nothing can be changed/);
  assert.equal(await second.getAttribute("#viewer-accept", "aria-pressed"), "false");
  assert.ok(await second.isDisabled("#viewer-label"));
  assert.equal(await second.textContent("#viewer-name"), "image-9.png");
});
