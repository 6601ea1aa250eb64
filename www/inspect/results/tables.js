/** The results as a table and as data. */
import { cell } from "../../shared/csv.js";
import { text } from "../../text/results.js";
import { Pieces } from "./pieces.js";
import { rateOf, ratesOf, thresholdOf, verdictOf } from "./ruling.js";

/** So many lines make a part of the file: as one text, ten thousand images would be a long pause. */
const PART = 500;

/** @typedef {{ project: import("../project.js").Project, limit: number | null | undefined, signal: AbortSignal, onProgress: (done: number, total: number) => void }} Job */

/** @param {Job} job @returns {Promise<Blob>} */
export async function csvFile({ project, limit, signal, onProgress }) {
  const row = (image) => [
    cell(image.name), image.score ?? "", image.pValue ?? "", cell(verdictOf(image, limit) || "none"), cell(image.review), cell(image.note), cell(image.label ?? ""), image.id, cell(image.error ?? ""), cell(image.remark ?? ""),
  ].join(",");
  return fileOf([`\ufeff${text.files.columns.join(",")}\r\n`], project.images, (image) => `${row(image)}\r\n`, [], "text/csv", signal, onProgress);
}

/** @param {Job} job @returns {Promise<Blob>} */
export async function jsonFile({ project, limit, signal, onProgress }) {
  const { name, created, rate, batchRate, model, settings, normals, images } = project;
  const calibration = model?.calibration;
  const head = {
    format: "ganomaly-verdicts", version: 1, project: name, created, written: new Date().toISOString(), settings, normals: normals.length,
    rate: calibration && ratesOf(model) ? rateOf({ ...project, rate }) : null, batchRate, largestOddPValue: limit ?? null,
    threshold: calibration ? thresholdOf(project, limit) : null,
    calibration: calibration ? { scores: [...calibration.scores], strictestRate: calibration.strictestRate, interval: calibration.intervals?.[rateOf(project)] ?? null } : null,
    model: model?.card ?? null,
  };
  const one = ({ id, name: image, bytes, type, score, pValue, error, remark, review, note, label }, index) =>
    `${index === 0 ? "" : ",\n"}${JSON.stringify({ name: image, sha256: id, bytes, type, score, pValue, verdict: verdictOf(images[index], limit) || null, error, remark, review, note, label })}`;
  return fileOf([`${JSON.stringify(head).slice(0, -1)},"images":[\n`], images, one, ["\n]}\n"], "application/json", signal, onProgress);
}

async function fileOf(head, images, lineOf, tail, type, signal, onProgress) {
  const pieces = new Pieces(signal);
  const parts = [...head];
  let lines = [];
  for (const [index, image] of images.entries()) {
    lines.push(lineOf(image, index));
    if (lines.length === PART) parts.push(lines.splice(0).join(""));
    if (!pieces.isDue) continue;
    onProgress(index + 1, images.length);
    await pieces.pause();
  }
  return new Blob([...parts, lines.join(""), ...tail], { type });
}
