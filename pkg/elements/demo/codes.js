/** The two codes number by number, and their difference, which is the score. */
import { el, svg } from "../../dom.js";
import { barPath, stretched } from "../../charts/plot.js";
import { Slider } from "../slider.js";
import { settingsOf } from "../../models/card.js";
import { method as ganomaly } from "../../methods/ganomaly.js";

/** The three rows of bars in a square of side 1: around which line, and how high bars can be. */
const ROWS = [{ line: 1 / 6, height: 0.145 }, { line: 3 / 6, height: 0.145 }, { line: 0.99, height: 0.28 }];

/** Times the threshold, which their mean is held against, is what the lowest row has room for. */
const ROOM = 6;
/** Of the square's height, above the lowest row: a mark on bars that are cut off. */
const MARK = 0.03;

export class Codes {
  root;
  #text;
  #bars = ["positive", "positive", "gap"].map((className) => svg("path", { class: className }));
  #mean = svg("path", { class: "mean" });
  #limit = svg("path", { class: "limit" });
  #over = svg("path", { class: "over" });
  #labels = el("div", { class: "row-labels", "aria-hidden": "true" });
  #column = el("div", { class: "column", hidden: true });
  #chart;
  #slider;
  #reading = el("p", { class: "quiet number reading" });
  #sum = el("p", { class: "sum" });
  #explanation = el("span", {});
  #value = el("strong", { class: "number" });
  /** What the lowest row has room for, the same for all images; 0: for the largest of each. */
  #room = 0;
  #latents = null;
  #distance = square;

  constructor(text) {
    this.#text = text;
    const lines = ROWS.map(({ line }) => svg("line", { class: "zero", x1: 0, x2: 1, y1: line, y2: line }));
    this.#chart = el("div", { class: "codes-chart" }, stretched(...lines, ...this.#bars, this.#limit, this.#mean, this.#over), this.#column);
    this.#slider = new Slider(this.#chart, { label: text.component, hover: true, onMove: (index) => this.#read(index) });
    this.#sum.append(this.#explanation, this.#value);
    this.root = el("section", { class: "codes" }, el("h3", {}, text.codes), el("div", { class: "codes-row" }, this.#labels, this.#chart), this.#reading, this.#sum);
    this.#reading.textContent = text.reading;
    this.explain({ card: { settings: { latentDistance: "squared" } }, threshold: null }, ganomaly); // until it is known which it is
  }

  /** How the model makes its score of the codes. @param {{ card: any, threshold: number | null }} model @param {import("../../methods.js").Method} method */
  explain({ card, threshold }, { codes = ["", ""], isMeanOfCodes, figures }) {
    const { latentDistance, scoreLambda = 0.9 } = settingsOf(card);
    const isAbsolute = latentDistance === "absolute";
    const isPaper = (card.score ?? "paper") === "paper";
    const isMean = isMeanOfCodes && isPaper;
    const { beyond, language, number } = this.#text;
    this.#distance = isAbsolute ? Math.abs : square;
    this.#room = isMean ? ROOM * (threshold ?? 0) : 0;
    const difference = `${codes[0]} − ${codes[1]}`;
    this.#labels.replaceChildren(...[...codes, isAbsolute ? `|${difference}|` : `(${difference})²`].map((label) => el("span", { class: "symbol" }, label)));
    this.#explanation.textContent = isPaper ? figures[language]?.score(number.percent, scoreLambda) : beyond;
  }

  show({ latents, score }) {
    // There are methods without two vectors to compare.
    this.root.hidden = !latents;
    if (!latents) return;
    this.#latents = latents;
    const gaps = this.#gaps();
    const code = Math.max(...[...latents[0], ...latents[1]].map(Math.abs));
    const gap = this.#room || Math.max(...gaps);
    const shown = gaps.map((value) => Math.min(value, gap));
    [...latents, shown].forEach((values, row) => {
      const { line, height } = ROWS[row];
      this.#bars[row].setAttribute("d", barPath(Array.from(values, (value) => (value / (row < 2 ? code : gap)) * height), line));
    });
    this.#over.setAttribute("d", gaps.map((value, index) => (value > gap ? `M${index / gaps.length} ${TOP}h${1 / gaps.length}l${-0.5 / gaps.length} ${-MARK}z` : "")).join(""));
    place(this.#mean, Math.min(meanOf(gaps) / gap, 1));
    if (this.#room) place(this.#limit, 1 / ROOM);
    this.#value.textContent = this.#text.number.score(score);
    this.#slider.enable(gaps.length);
    if (!this.#column.hidden) this.#read(this.#slider.value);
  }

  #gaps() {
    const [latent, again] = this.#latents;
    return Array.from(latent, (value, index) => this.#distance(value - again[index]));
  }

  #read(index) {
    const gaps = this.#gaps();
    const total = meanOf(gaps) * gaps.length;
    const meaning = this.#text.componentReading({
      index, count: gaps.length, values: this.#latents.map((latent) => latent[index]), gap: gaps[index], share: gaps[index] / total,
    });
    this.#column.hidden = false;
    this.#column.style.left = `${(100 * index) / gaps.length}%`;
    this.#column.style.width = `${100 / gaps.length}%`;
    this.#reading.textContent = meaning;
    this.#slider.show(index, meaning);
  }
}

const TOP = ROWS[2].line - ROWS[2].height;

/** Draws a line at a share of the lowest row's height. */
const place = (line, share) => line.setAttribute("d", `M0 ${ROWS[2].line - share * ROWS[2].height}h1`);

function square(value) {
  return value * value;
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
