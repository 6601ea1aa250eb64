/** The images to check as pictures and as a table: the same list twice, of which one is shown. */
import { el, setText, verdictIcon } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";
import { cell as pictureCell } from "../view-normals.js";
import { VirtualGrid } from "../virtual-grid.js";
import { verdictOf } from "./ruling.js";
import { textCell, VirtualTable } from "./virtual-table.js";

/** Three of them fit on a telephone. */
export const CELL_WIDTH = 104;
const CELL_HEIGHT = 128;
const ROW_HEIGHT = 48;
const COLUMNS = ["name", "score", "pValue", "verdict", "review", "note"];

/**
 * @param {import("../thumbnails.js").Thumbnails} thumbnails
 * @param {{ limit: () => any, choose: (image: any) => void, open: (image: any) => void }} does
 */
export function pictureList(thumbnails, { limit, choose, open }) {
  return new VirtualGrid({
    label: text.list.label, width: CELL_WIDTH, height: CELL_HEIGHT, key: (image) => image.id,
    make: (image) => {
      const made = pictureCell(image, thumbnails);
      made.root.append(el("span", { class: "verdict-line" }), el("span", { class: "review-mark", "aria-hidden": "true" }));
      made.root.addEventListener("click", () => open(image));
      return made;
    },
    update: (image, root) => drawPicture(image, root, verdictOf(image, limit())),
    choose,
    onkey: (image, event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      open(image);
    },
  });
}

function drawPicture(image, root, verdict) {
  root.dataset.verdict = verdict;
  root.dataset.score = image.score ?? "";
  root.dataset.review = image.review;
  const words = verdictWords(image, verdict);
  setText(root.children[1], words);
  setText(root.children[2], { accepted: "✓", rejected: "✗", "": "" }[image.review]);
  root.setAttribute("aria-label", text.cell(image.name, [words, ...(image.review ? [text.reviews[image.review]] : [])].join(", ")));
  root.title = [image.name, image.error ?? image.remark].filter(Boolean).join(": ");
}

/** @param {import("./arrange.js").CheckedImage} image @param {import("./ruling.js").Verdict} verdict */
export function verdictWords(image, verdict) {
  const words = text.verdicts[verdict || "none"];
  return image.score === null ? words : `${words}, ${format.score(image.score)}`;
}

/**
 * @param {import("../thumbnails.js").Thumbnails} thumbnails
 * @param {{ limit: () => any, choose: (image: any) => void, open: (image: any) => void, sort: (column: string) => void }} does
 */
export function tableList(thumbnails, { limit, choose, open, sort }) {
  return new VirtualTable({
    label: text.list.label, height: ROW_HEIGHT, key: (image) => image.id, choose, open, sort,
    columns: COLUMNS.map((id) => ({ id, title: text.list.columns[id] })),
    make: (image) => {
      const canvas = el("canvas", { class: "thumbnail", "aria-hidden": "true" });
      thumbnails.show(image.id, canvas);
      const [, folder, file] = image.name.match(/^(.*\/)?(.*)$/s);
      const name = el("th", { scope: "row", title: image.name }, el("span", { class: "row-name" }, canvas, el("span", { class: "one-line" }, el("span", { class: "folder" }, folder ?? ""), file)));
      return { cells: [name, textCell("number-text"), textCell("number-text column-pValue"), textCell(), textCell(), textCell()], gone: () => thumbnails.forget(image.id) };
    },
    update: (image, row, cells) => drawRow(image, row, cells, verdictOf(image, limit())),
  });
}

function drawRow(image, row, [, score, pValue, verdict, review, note], rules) {
  row.dataset.name = image.name;
  if (row.dataset.verdict !== rules) {
    row.dataset.verdict = rules;
    verdict.replaceChildren(verdictChip(rules));
  }
  row.title = image.error ?? image.remark ?? "";
  setText(score, image.score === null ? "–" : format.score(image.score));
  setText(pValue, image.pValue === null ? "–" : format.score(image.pValue));
  setText(review, image.review ? text.reviews[image.review] : "–");
  setText(note, image.note);
}

/** A verdict with its sign, so that it is not told by its colour alone. @param {import("./ruling.js").Verdict} verdict */
export function verdictChip(verdict) {
  if (verdict === "") return el("span", { class: "verdict none" }, text.verdicts.none);
  return el("span", { class: `verdict ${verdict}` }, verdictIcon(verdict), text.verdicts[verdict]);
}
