/** What <ganomaly-train> shows: digits and what becomes of them, the two histograms, and the losses as curves. */
import { drawPicture, el, setText } from "../../dom.js";
import { Curve, Histogram } from "./charts.js";

const SHOWN = 8;
const LOSSES = ["contextual", "encoder", "adversarial", "discriminator"];

export class View {
  #text;
  #normals;
  #anomalies;
  #histogram;
  #auc;
  #curves;
  #sum = el("p", { class: "sum" });
  #before = el("p", { class: "before-note quiet" });
  root;

  /** @param {any} text of this element */
  constructor(text) {
    this.#text = text;
    this.#normals = new Digits("normals");
    this.#anomalies = new Digits("anomalies");
    this.#histogram = new Histogram({ normal: text.normalScores, anomalous: text.anomalousScores, axis: text.scoreAxis });
    this.#auc = new Curve({ name: "auc", title: text.auc, formula: text.aucMeaning, level: 0.5, top: 1 });
    this.#curves = LOSSES.map((name) => new Curve({ name, ...text.losses[name] }));
    this.root = el("div", {},
      el("div", { class: "parts" },
        el("div", {}, this.#normals.root, this.#anomalies.root), el("div", {}, this.#histogram.root, this.#auc.root)),
      el("div", { class: "curves" }, ...this.#curves.map(({ root }) => root)), this.#sum, this.#before);
  }

  /** The digits that go in, which are there before anything computes. */
  inputs(sheet, cells, anomaly) {
    this.#normals.inputs(sheet, cells.normal, this.#text.normals);
    this.#anomalies.inputs(sheet, cells.anomalous, this.#text.anomalies(anomaly));
    this.#histogram.clear();
  }

  /** @param {import("./run.js").Run} run @param {import("./run.js").Run | null} before the one before, to compare with */
  losses(run, before) {
    const { score } = this.#text.number;
    const last = run.points.at(-1)?.losses;
    LOSSES.forEach((name, index) => {
      const values = (one) => (one?.points ?? []).map(({ step, losses }) => ({ step, value: losses[name] }));
      this.#curves[index].draw(values(run), values(before), run.changes, last ? score(last[name]) : "");
    });
    setText(this.#sum, last ? this.#text.sum(sumOf(last, run.weights, score)) : "");
    setText(this.#before, before ? this.#text.before(before.step, this.#text.number.fraction(before.look.auc)) : "");
  }

  look(run, before) {
    const { normal, anomalous, normalPictures, anomalousPictures, auc } = run.look;
    const { score, fraction } = this.#text.number;
    this.#normals.rebuilt(normalPictures);
    this.#anomalies.rebuilt(anomalousPictures);
    this.#histogram.draw(normal, anomalous, score, this.#text.histogram(fraction(auc)));
    this.auc(run, before);
  }

  auc(run, before) {
    const values = (one) => (one?.aucs ?? []).map(({ step, auc: value }) => ({ step, value }));
    this.#auc.draw(values(run), values(before), run.changes, run.look ? this.#text.number.fraction(run.look.auc) : "");
  }
}

/** Eq. 4 with its numbers: each weight times its loss, and the sum. */
function sumOf(losses, weights, format) {
  const terms = ["contextual", "encoder", "adversarial"].map((name) => `${weights[name]} · ${format(losses[name])}`);
  return `${terms.join(" + ")} = ${format(losses.generator)}`;
}

/** Some digits, below each what the networks make of it, and where the two differ. */
class Digits {
  #caption = el("figcaption");
  #inputs = canvases();
  #reconstructions = canvases();
  #differences = canvases();
  #grid = el("div", { class: "digits", role: "img" }, el("span", {}, "x"), ...this.#inputs, el("span", {}, "x′"), ...this.#reconstructions,
    el("span", { class: "difference" }, "|x − x′|"), ...this.#differences);
  root;

  constructor(name) {
    this.root = el("figure", { class: name }, this.#caption, this.#grid);
  }

  inputs(sheet, cells, title) {
    for (const canvas of [...this.#reconstructions, ...this.#differences]) canvas.width = 28; // of networks that are gone
    setText(this.#caption, title);
    this.#grid.setAttribute("aria-label", title);
    if (sheet) this.#inputs.forEach((canvas, index) => sheet.draw(canvas, [cells[index]]));
  }

  rebuilt(pictures) {
    pictures.forEach(({ reconstruction, difference }, index) => {
      drawPicture(this.#reconstructions[index], reconstruction);
      drawPicture(this.#differences[index], difference);
    });
  }
}

const canvases = () => Array.from({ length: SHOWN }, () => el("canvas", { class: "pixels", width: 28, height: 28, "aria-hidden": "true" }));
