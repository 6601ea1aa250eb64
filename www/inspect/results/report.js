/**
 * The report: one HTML file with everything in it, no script, and nothing fetched from anywhere. It is put together in
 * parts, so that thousands of images neither hold the page up nor fill its memory.
 */
import { Histogram } from "../../pkg/charts/histogram.js";
import { scaleOf } from "../../pkg/charts/plot.js";
import { CHART_CSS } from "../../pkg/charts/style.js";
import * as format from "../../pkg/format.js";
import { language, text as common } from "../../text/common.js";
import { text } from "../../text/results.js";
import { drawPicture } from "../../pkg/dom.js";
import { html, trusted } from "./html.js";
import { Pieces } from "./pieces.js";
import { REPORT_STYLE } from "./report-style.js";
import { batchWords, promiseWords, rateOf, ratesOf, thresholdOf, verdictOf } from "./ruling.js";

const PICTURE_SIDE = 240;
const HEATMAPS = ["reconstruction", "features"];
const words = text.report;

/**
 * @typedef {object} ReportJob
 * @property {import("../project.js").Project} project
 * @property {number | null | undefined} limit
 * @property {import("./arrange.js").CheckedImage[]} flagged the oddest first
 * @property {import("./arrange.js").Counts} counts
 * @property {Float32Array} scores
 * @property {string} backend
 * @property {(id: string, side: number) => Promise<import("../../pkg/engine/client.js").Picture>} show an image
 * @property {(id: string) => Promise<any>} explain an image, or nothing if that is not wanted
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} onProgress
 */

/** @param {ReportJob} job @returns {Promise<Blob>} */
export async function reportFile(job) {
  const { project, flagged, signal, onProgress } = job;
  const pieces = new Pieces(signal);
  const parts = [head(job)];
  for (const [index, image] of flagged.entries()) {
    signal.throwIfAborted();
    // A blob at a time: the browser may put it on the disk.
    parts.push(new Blob([String(await entry(job, image))]));
    onProgress(index + 1, flagged.length);
    if (pieces.isDue) await pieces.pause();
  }
  parts.push(String(html`</div></section>`), ...(await lists(project, job.limit, pieces)), "</main></body></html>\n");
  signal.throwIfAborted();
  return new Blob(parts, { type: "text/html" });
}

function head(job) {
  const { project, flagged } = job;
  return String(html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light">
<title>${words.title(project.name)}</title><style>${trusted(REPORT_STYLE + CHART_CSS)}</style></head><body><main>
<header><h1>${words.title(project.name)}</h1><p>${words.made(format.when(new Date()))}</p></header>
${summary(job)}${promise(job)}${histogramOf(job)}${settings(job)}
<section><h2>${words.flaggedHeading(flagged.length)}</h2>${flagged.length === 0 ? html`<p>${words.noFlagged}</p>` : ""}<div class="entries">
`);
}

const rows = (pairs) => html`<table><tbody>${pairs.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;

function summary({ counts }) {
  const shown = [
    [words.checked, counts.all], [words.flagged, counts.flagged], [words.normal, counts.normal], [words.unreadable, counts.unreadable], [words.waiting, counts.waiting],
    [words.accepted, counts.accepted], [words.rejected, counts.rejected],
  ];
  return html`<section><h2>${words.summary}</h2>${rows(shown.map(([name, number]) => [name, format.count(number)]))}</section>`;
}

function promise({ project, limit, scores }) {
  if (!ratesOf(project.model)) return html`<section><h2>${words.promise}</h2><p>${project.model ? text.threshold.noCalibration : text.threshold.noModel}</p></section>`;
  const sentences = project.batchRate === null ? [`${text.threshold.rate(rateOf(project))}.`, ...promiseWords(project)]
    : [`${text.threshold.batchRate(project.batchRate)}.`, ...batchWords(project, limit ?? null, scores.length)];
  return html`<section><h2>${words.promise}</h2>${sentences.map((sentence) => html`<p>${sentence}</p>`)}</section>`;
}

function histogramOf({ project, limit, scores }) {
  if (!ratesOf(project.model)) return "";
  const { calibration } = project.model;
  const threshold = thresholdOf(project, limit);
  const { normals, scored } = common.histogram;
  const chart = new Histogram(["held", "scored"], format.score);
  chart.draw([calibration.scores, scores], {
    scale: scaleOf([calibration.scores, scores], { threshold, origin: calibration.origin }), words: [normals(calibration.scores.length), scored(scores.length)],
  });
  chart.flag(threshold);
  return html`<section><h2>${words.histogram}</h2><div class="chart">${trusted(chart.plot.outerHTML)}${trusted(chart.axis.outerHTML)}</div><p>${words.histogramHint}</p></section>`;
}

function settings({ project, backend }) {
  const { model } = project;
  if (!model) return "";
  const { card } = model;
  const { region } = model.settings?.framing ?? project.settings.framing;
  const names = words.settingsRows;
  const perCent = (share) => Math.round(share * 1000) / 10;
  const isWhole = !region || (region.width === 1 && region.height === 1);
  const shown = [
    [names.name, card.name], [names.method, card.method], [names.normals, model.split?.training ?? model.trainedOn.length], [names.heldOut, model.calibration.scores.length],
    [names.size, card.model?.size], [names.channels, { 1: words.grey, 3: words.colour }[card.model?.channels]], [names.epochs, model.bestEpoch],
    [names.seed, model.settings?.seed ?? project.settings.seed], [names.tiles, card.framing?.tiles ?? 1], [names.values, card.valueRange && words.values(card.valueRange)], [names.backend, backend],
    [names.region, isWhole ? words.whole : words.part(Object.fromEntries(Object.entries(region).map(([side, share]) => [side, perCent(share)])))],
  ];
  return html`<section><h2>${words.settings}</h2>${rows(shown.filter(([, value]) => value !== undefined && value !== null))}</section>`;
}

/** An image that is called odd. */
async function entry({ show, explain, project }, image) {
  const picture = await show(image.id, PICTURE_SIDE).then(pictureAddress).catch(() => "");
  const explained = await Promise.resolve(explain(image.id)).catch((error) => {
    if (error.name === "AbortError") throw error;
  });
  const heatmaps = await Promise.all(HEATMAPS.filter((kind) => explained?.heatmaps?.[kind]).map(async (kind) => ({ kind, address: await heatmapAddress(explained.heatmaps[kind]) })));
  const figure = (over, caption) => html`<figure><div class="picture">${picture ? html`<img src="${picture}" alt="${words.picture(image.name)}">` : html`<span>${words.noPicture}</span>`}${over}</div><figcaption>${caption}</figcaption></figure>`;
  return html`<article><h3>${image.name}</h3><div class="figures">${figure("", "")}${heatmaps.map(({ kind, address }) =>
    figure(html`<img class="heat" src="${address}" alt="${words.heatmap(image.name)}">`, text.explain.heatmaps[kind]))}</div>
<dl><dt>${words.score}</dt><dd>${format.score(image.score)}</dd><dt>${words.pValue}</dt><dd>${format.score(image.pValue)}</dd><dt>${words.review}</dt><dd>${text.reviews[image.review]}</dd>${image.label ? html`<dt>${text.viewer.known}</dt><dd>${text.labels[image.label]}</dd>` : ""}${image.remark ? html`<dt>${words.remark}</dt><dd>${image.remark}</dd>` : ""}${image.note ? html`<dt>${words.note}</dt><dd class="note">${image.note}</dd>` : ""}</dl></article>
`;
}

/** Everything else that somebody said something about, and what could not be read. */
async function lists(project, limit, pieces) {
  const others = [];
  const unreadable = [];
  for (const image of project.images) {
    const verdict = verdictOf(image, limit);
    if (verdict === "unreadable") unreadable.push(image);
    else if (verdict !== "anomaly" && (image.review || image.note)) others.push(image);
    if (pieces.isDue) await pieces.pause();
  }
  return [
    ...(await list(words.others(others.length), [words.image, words.score, words.pValue, words.review, words.note], others,
      (image) => [image.name, image.score === null ? "–" : format.score(image.score), image.pValue === null ? "–" : format.score(image.pValue), text.reviews[image.review], image.note], pieces)),
    ...(await list(words.unreadableHeading(unreadable.length), [words.image, words.why, words.note], unreadable, (image) => [image.name, image.error, image.note], pieces)),
  ];
}

async function list(heading, columns, images, cellsOf, pieces) {
  if (images.length === 0) return [];
  const parts = [String(html`<section><h2>${heading}</h2><table class="list"><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>`)];
  for (const image of images) {
    parts.push(String(html`<tr>${cellsOf(image).map((value) => html`<td>${value}</td>`)}</tr>`));
    if (pieces.isDue) await pieces.pause();
  }
  return [...parts, "</tbody></table></section>"];
}

/** @param {import("../../pkg/engine/client.js").Picture} picture */
async function pictureAddress(picture) {
  const isSmall = Math.max(picture.width, picture.height) < PICTURE_SIDE;
  return addressOf(await fileOf(picture, isSmall ? { type: "image/png" } : { type: "image/jpeg", quality: 0.85 }));
}

/** @param {import("../../pkg/engine/client.js").Picture} heatmap */
const heatmapAddress = async (heatmap) => addressOf(await fileOf(heatmap, { type: "image/png" }));

/** @param {import("../../pkg/engine/client.js").Picture} picture @param {ImageEncodeOptions} encoding */
function fileOf(picture, encoding) {
  const canvas = /** @type {any} */ (new OffscreenCanvas(1, 1));
  drawPicture(canvas, picture);
  return canvas.convertToBlob(encoding);
}

function addressOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
