import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertAccessible, downloadBy, shoot } from "../page.js";
import { openResults, resultsOf, startWithResults } from "../results-project.js";

const NASTY = '<img src=x onerror="alert(1)">&"\'.png';

const results = (project = {}) => resultsOf({
  scores: [0.9, 0.2, null, 0.8, 0.1], names: [NASTY, "=HYPERLINK(\"http://example.com\").png", "broken.png", "-2+3.png", "good, \"really\".png"], project,
  with: (image, index) => {
    if (index === 0) Object.assign(image, { review: "rejected", note: "</style><script>alert(2)</script>\nsecond line" });
    if (index === 1) Object.assign(image, { review: "accepted", note: "@SUM(A1)" });
    if (index === 2) image.error = "it cannot be decoded";
    if (index === 4) image.note = "\t=1+1";
  },
});

/** The cells of a CSV file. */
function cells(csv) {
  const lines = [[""]];
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    const line = lines.at(-1);
    if (csv[at] === '"' && isQuoted && csv[at + 1] === '"') line[line.length - 1] += csv[++at];
    else if (csv[at] === '"') isQuoted = !isQuoted;
    else if (csv[at] === "," && !isQuoted) line.push("");
    else if (csv.startsWith("\r\n", at) && !isQuoted) { lines.push([""]); at += 1; }
    else line[line.length - 1] += csv[at];
  }
  assert.deepEqual(lines.pop(), [""], "ends with a line's end");
  return lines;
}

test("the table: every column, nothing that a spreadsheet would take for a formula", async (t) => {
  const page = await openResults(t, await startWithResults(t), results());
  const { name, path } = await downloadBy(page, "#take-csv");
  assert.equal(name, "Welds-results.csv");
  const text = readFileSync(path, "utf8");
  assert.equal(text.codePointAt(0), 0xfeff, "spreadsheets see by it that this is UTF-8");
  const [head, ...rows] = cells(text.slice(1));
  assert.deepEqual(head, ["image", "score", "p_value", "verdict", "review", "note", "known", "sha256", "why_unreadable", "remark", "boxes"]);
  assert.equal(rows.length, 5);
  assert.deepEqual(rows[0].slice(0, 6), [NASTY, "0.9", "0.025", "anomaly", "rejected", "</style><script>alert(2)</script>\nsecond line"]);
  assert.deepEqual(rows[2].slice(0, 4), ["broken.png", "", "", "unreadable"]);
  assert.equal(rows[2][8], "it cannot be decoded");
  assert.equal(rows[4][0], "good, \"really\".png");
  for (const row of rows) for (const cell of row) assert.ok(!/^\s*[=+@-]/.test(cell) || /^[\d.-]+$/.test(cell), `a formula: ${cell}`);
  assert.equal(rows[1][0], "'=HYPERLINK(\"http://example.com\").png");
});

test("the data: valid JSON with all that the verdicts rest on", async (t) => {
  const page = await openResults(t, await startWithResults(t), results());
  const { name, path } = await downloadBy(page, "#take-json");
  assert.equal(name, "Welds-results.json");
  const data = JSON.parse(readFileSync(path, "utf8"));
  assert.equal(data.format, "ganomaly-verdicts");
  assert.equal(data.rate, 5);
  assert.equal(data.threshold, 0.38);
  assert.equal(data.largestOddPValue, 0.05);
  assert.equal(data.calibration.scores.length, 39);
  assert.equal(data.images.length, 5);
  assert.deepEqual(data.images.map(({ verdict }) => verdict), ["anomaly", "normal", "unreadable", "anomaly", "normal"]);
  assert.equal(data.images[0].name, NASTY);
  assert.equal(data.images[0].sha256.length, 64);
});

test("the report: one file that runs nothing and fetches nothing, with pictures, heatmaps and notes", async (t) => {
  const started = await startWithResults(t);
  const page = await openResults(t, started, results());
  await page.check("#report-heatmaps");
  const { name, path } = await downloadBy(page, "#take-report");
  assert.equal(name, "Welds-report.html");
  const source = readFileSync(path, "utf8");
  assert.ok(!/<script|<link|<iframe|<object|@import|url\(/i.test(source), "no script and nothing from elsewhere");
  assert.ok(!/\s(src|href)="(?!data:image\/)/.test(source), "pictures are in the file itself");
  const report = await page.context().newPage();
  const errors = [];
  report.on("dialog", (dialog) => { errors.push(dialog.message()); dialog.dismiss(); });
  report.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  const requests = [];
  report.on("request", (request) => requests.push(request.url()));
  await report.setContent(source, { waitUntil: "load" });
  assert.deepEqual(requests.filter((url) => !url.startsWith("data:")), []);
  assert.deepEqual(errors, []);
  const text = await report.textContent("main");
  for (const part of ["Report: Welds", "At most 5 % false alarms.", "if the new normal images are like those you brought", "Called odd (2)", NASTY, "</style><script>alert(2)</script>\nsecond line",
    "=HYPERLINK", "@SUM(A1)", "Unreadable images (1)", "it cannot be decoded", "Other images with a review or a note (2)", "Normal images that set the limit39"]) {
    assert.ok(text.includes(part), `“${part}” is missing in: ${text}`);
  }
  assert.equal(await report.locator("article").count(), 2);
  assert.equal(await report.locator("article .heat").count(), 4, "two kinds of heatmaps for each");
  assert.ok((await report.locator(".histogram path.held").getAttribute("d")).split("M").length > 5);
  const widths = await report.$$eval("article img", (all) => all.map((image) => image.naturalWidth));
  assert.deepEqual([...new Set(widths)].sort(), [48, 8], "all can be shown: 48 pixels are the image, 8 the heatmap");
  await assertAccessible(report, "report");
  await shoot(report, "results-report");
  await report.close();
});

test("the report without a model, in a batch, and with nothing odd", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: [0.1, 0.2], project: { batchRate: 10, name: "../ Nothing / odd?" } }));
  await page.waitForFunction(() => document.querySelector("#promise").textContent.includes("None of the 2"));
  const { name, path } = await downloadBy(page, "#take-report");
  assert.equal(name, "Nothing-odd-report.html");
  const source = readFileSync(path, "utf8");
  assert.match(source, /No image was called odd\./);
  assert.match(source, /Benjamini-Hochberg/);
});

test("a report of many is made with progress and can be stopped", async (t) => {
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores: Array.from({ length: 150 }, (_, index) => 0.5 + index / 1000) }));
  await page.check("#report-heatmaps");
  let downloads = 0;
  page.on("download", () => { downloads += 1; });
  await page.click("#take-report");
  await page.waitForFunction(() => /^\d+ of 150 images written$/.test(document.querySelector("#writing span").textContent));
  assert.ok(await page.isDisabled("#take-csv"), "one at a time");
  const more = await page.evaluate(async () => {
    const row = document.querySelector("#writing");
    const written = () => Number(row.querySelector("span").textContent.match(/^\d*/)[0]);
    const before = written();
    let last = before;
    new MutationObserver(() => { last = Math.max(last, written()); }).observe(row, { childList: true, characterData: true, subtree: true });
    document.querySelector("#writing-cancel").click();
    while (!row.hidden) await new Promise((resolve) => { setTimeout(resolve, 20); });
    return last - before;
  });
  assert.ok(more <= 1, `stopped at once, not after ${more} more`);
  assert.match(await page.textContent("#messages-results"), /Stopped\. No file was written\./);
  assert.equal(downloads, 0);
  assert.ok(await page.isEnabled("#take-csv"));
});

test("known images: marked by folder, judged by the engine, with the warning", async (t) => {
  const scores = [0.9, 0.8, 0.2, 0.39, 0.1, 0.95];
  const page = await openResults(t, await startWithResults(t), resultsOf({ scores, names: ["odd/1.png", "odd/2.png", "odd/3.png", "good/1.png", "good/2.png", "loose.png"] }));
  await page.click("#known-panel summary");
  await page.waitForSelector("[data-folder='odd']");
  assert.deepEqual(await page.$$eval("[data-testid=folders] li", (all) => all.map((one) => one.firstChild.textContent)), ["odd · 3 images", "good · 2 images", "(no folder) · 1 image"]);
  await page.selectOption("[data-folder='odd'] select", "anomaly");
  await page.waitForFunction(() => document.querySelector("#known-results").textContent === "At least one scored image of each kind is needed.");
  await page.selectOption("[data-folder='good'] select", "normal");
  await page.waitForSelector("[data-testid=roc]");
  assert.equal(await page.textContent("#known-marked"), "2 images are known to be normal, 3 to be odd.");
  const confusion = () => page.$$eval("[data-testid=confusion] td.number-text", (all) => all.map((cell) => cell.textContent));
  assert.deepEqual(await confusion(), ["1", "1", "1", "2"], "normal: called normal and odd; odd: called normal and odd");
  assert.match(await page.textContent("[data-testid=known-auc]"), /AUC 0\.875/);
  assert.match(await page.textContent("[data-testid=known-f1]"), /best F1 is 0\.800, with a threshold of 0\.420/);
  assert.match(await page.textContent("#known-results"), /the promise on false alarms would no longer hold/);
  assert.match(await page.getAttribute("[data-testid=roc]", "aria-label"), /AUC 0\.875/);
  await page.focus("#threshold-handle");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("[data-testid=confusion] td.number-text").textContent === "2");
  assert.deepEqual(await confusion(), ["2", "0", "1", "2"], "0.39 is not above the highest of the held-out ones");
  await assertAccessible(page, "known images");
  // Whatever was said of a whole folder is one step.
  await page.selectOption("[data-folder='good'] select", "anomaly");
  const marked = (sentence) => page.waitForFunction((wanted) => document.querySelector("#known-marked").textContent === wanted, sentence);
  await marked("0 images are known to be normal, 5 to be odd.");
  await page.click("#images-grid .virtual-cell >> nth=0");
  await page.keyboard.press("u");
  assert.match(await page.textContent("[data-testid=viewer-live]"), /^Undone: what was said of \d images at once\./);
  await page.keyboard.press("Escape");
  await marked("2 images are known to be normal, 3 to be odd.");
  await page.selectOption("[data-folder='good'] select", "");
  await page.waitForFunction(() => document.querySelector("#known-marked").textContent === "0 images are known to be normal, 3 to be odd.");
});
