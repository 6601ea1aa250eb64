/** The results as a table and as data. */
import { cell } from "../../shared/csv.js";
import { text } from "../../text/results.js";
import { Pieces } from "./pieces.js";
import { rateOf, ratesOf, thresholdOf, verdictOf } from "./ruling.js";

/** So many lines make a part of the file: as one text, ten thousand images would be a long pause. */
const PART = 500;

/**
 * @typedef {object} Job
 * @property {import("../project.js").Project} project
 * @property {number | null | undefined} limit
 * @property {(id: string) => any} explain why an image is odd, if that is known or to be worked out
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} onProgress
 */

/** @typedef {{ x: number, y: number, width: number, height: number, score: number }} Box a place that is odd by itself, in pixels of the image */

/** @param {Job} job @returns {Promise<Blob>} */
export async function csvFile(job) {
  const { project, limit } = job;
  const row = (image, boxes) => [
    cell(image.name), image.score ?? "", image.pValue ?? "", cell(verdictOf(image, limit) || "none"), cell(image.review), cell(image.note), cell(image.label ?? ""), image.id, cell(image.error ?? ""), cell(image.remark ?? ""),
    boxes.map(({ x, y, width, height }) => `${x} ${y} ${width} ${height}`).join(";"),
  ].join(",");
  return fileOf(job, [`\ufeff${text.files.columns.join(",")}\r\n`], project.images, (image, _, boxes) => `${row(image, boxes)}\r\n`, [], "text/csv");
}

/** @param {Job} job @returns {Promise<Blob>} */
export async function jsonFile(job) {
  const { project, limit } = job;
  const { name, created, rate, batchRate, model, settings, normals, images } = project;
  const calibration = model?.calibration;
  const head = {
    format: "ganomaly-verdicts", version: 1, project: name, created, written: new Date().toISOString(), settings, normals: normals.length,
    rate: calibration && ratesOf(model) ? rateOf({ ...project, rate }) : null, batchRate, largestOddPValue: limit ?? null,
    threshold: calibration ? thresholdOf(project, limit) : null,
    calibration: calibration ? { scores: [...calibration.scores], strictestRate: calibration.strictestRate, interval: calibration.intervals?.[rateOf(project)] ?? null } : null,
    model: model?.card ?? null,
  };
  const one = ({ id, name: image, bytes, type, score, pValue, error, remark, review, note, label }, index, boxes) =>
    `${index === 0 ? "" : ",\n"}${JSON.stringify({ name: image, sha256: id, bytes, type, score, pValue, verdict: verdictOf(images[index], limit) || null, error, remark, review, note, label, ...(boxes.length > 0 ? { boxes } : {}) })}`;
  return fileOf(job, [`${JSON.stringify(head).slice(0, -1)},"images":[\n`], images, one, ["\n]}\n"], "application/json");
}

/** Where an image that is called odd is odd, as far as it is known. @returns {Promise<Box[]>} */
async function boxesOf(image, { limit, explain }) {
  const explained = verdictOf(image, limit) === "anomaly" ? await Promise.resolve(explain(image.id)).catch(() => null) : null;
  const { spots = [], width: across = 0, height: down = 0 } = explained ?? {};
  return spots.map(({ region, score }) => ({
    x: Math.round(region.left * across), y: Math.round(region.top * down), width: Math.round(region.width * across), height: Math.round(region.height * down), score,
  }));
}

async function fileOf(job, head, images, lineOf, tail, type) {
  const { signal, onProgress } = job;
  const pieces = new Pieces(signal);
  const parts = [...head];
  let lines = [];
  for (const [index, image] of images.entries()) {
    lines.push(lineOf(image, index, await boxesOf(image, job)));
    signal.throwIfAborted();
    if (lines.length === PART) parts.push(lines.splice(0).join(""));
    if (!pieces.isDue) continue;
    onProgress(index + 1, images.length);
    await pieces.pause();
  }
  return new Blob([...parts, lines.join(""), ...tail], { type });
}
