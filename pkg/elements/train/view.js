/** What <ganomaly-train> shows: digits and what becomes of them, the two histograms, and the losses as curves. */
import { Curve } from "../../charts/curve.js";
import { Histogram } from "../../charts/histogram.js";
import { scaleOf } from "../../charts/plot.js";
import { drawPicture, el, setText } from "../../dom.js";
import { method } from "../../methods/ganomaly.js"; // which experiments are of

const SHOWN = 8;

export class View {
  #text;
  #normals;
  #anomalies;
  #histogram;
  #scores;
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
    this.#histogram = new Histogram(["normal", "anomalous"], text.number.score);
    this.#scores = el("div", { role: "img", "aria-label": text.scoreAxis }, this.#histogram.plot, this.#histogram.axis, el("p", { class: "axis-title quiet" }, text.scoreAxis));
    this.#auc = new Curve({ id: "auc", title: text.auc, formula: text.aucMeaning, level: 0.5, top: 1 });
    this.#curves = Object.entries(method.figures[text.language].losses).map(([id, { label, formula }]) => ({ id, curve: new Curve({ id, title: label, formula }) }));
    this.root = el("div", {},
      el("div", { class: "parts" },
        el("div", {}, this.#normals.root, this.#anomalies.root), el("div", {}, this.#scores, this.#auc.root)),
      el("div", { class: "curves" }, ...this.#curves.map(({ curve }) => curve.root)), this.#sum, this.#before);
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
    for (const { id, curve } of this.#curves) {
      const values = (one) => (one?.points ?? []).map(({ step, losses }) => ({ step, value: losses[id] }));
      curve.draw(values(run), { before: values(before), changes: run.changes, shown: score });
    }
    setText(this.#sum, last ? this.#text.sum(sumOf(last, run.weights, score)) : "");
    setText(this.#before, before ? this.#text.before(before.step, this.#text.number.fraction(before.look.auc)) : "");
  }

  look(run, before) {
    const { normal, anomalous, normalPictures, anomalousPictures, auc } = run.look;
    const { fraction } = this.#text.number;
    this.#normals.rebuilt(normalPictures);
    this.#anomalies.rebuilt(anomalousPictures);
    const { normalScores, anomalousScores, histogram } = this.#text;
    this.#histogram.draw([normal, anomalous], { scale: scaleOf([normal, anomalous]), words: [normalScores, anomalousScores] });
    this.#scores.setAttribute("aria-label", histogram(fraction(auc)));
    this.auc(run, before);
  }

  auc(run, before) {
    const values = (one) => (one?.aucs ?? []).map(({ step, auc: value }) => ({ step, value }));
    this.#auc.draw(values(run), { before: values(before), changes: run.changes, shown: this.#text.number.fraction });
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
