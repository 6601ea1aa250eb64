/**
 * <ganomaly-roc>: a threshold that is dragged over the scores of normal images and anomalies, and what becomes of them. The
 * scores are those of a preset on the sample images, or the attribute `scores`: JSON with the lists `normal` and `anomalous`.
 */
import { RocChart } from "../charts/roc.js";
import { CHART_STYLE } from "../charts/style.js";
import { el } from "../dom.js";
import { define, GanomalyElement, Mistake } from "./element.js";
import { entryOf, modelOf, presetId, scoresOf } from "./model.js";
import { inTurns } from "../models/sheet.js";
import { samplesOf } from "./presets.js";
import { areaUnder, confusion, rocPoints } from "../rules.js";
import { Figures } from "./roc/figures.js";
import { ROC_STYLE } from "./roc/style.js";
import { ThresholdChart } from "./roc/threshold-chart.js";

export class GanomalyRoc extends GanomalyElement {
  static observedAttributes = [...GanomalyElement.observedAttributes, "scores"];

  #chart;
  #curve;
  #figures;
  #hint;
  #about = el("p", { class: "quiet about" });
  /** @type {import("../rules.js").Scores | null} */
  #scores = null;
  #isGiven = false;
  /** The model's. @type {number | null} */
  #usual = null;
  /** Where somebody has put it. @type {number | null} */
  #moved = null;
  #auc = 0;

  styles() { return [CHART_STYLE, ROC_STYLE]; }

  draw(body) {
    presetId(this);
    const given = this.#given();
    const text = this.text.roc;
    this.#isGiven = given !== null;
    this.#scores = null;
    this.#usual = null;
    this.#moved = null;
    const move = (threshold) => this.#move(threshold);
    this.#chart = new ThresholdChart(text, move);
    this.#curve = new RocChart(text, move);
    this.#figures = new Figures(text);
    this.#hint = el("p", { class: "quiet hint" }, this.text.starting);
    body.append(el("div", { class: "roc" }, el("div", { class: "wide" }, el("h3", {}, text.heading), this.#hint), el("div", { class: "wide" }, this.#chart.root, this.#about), this.#figures.root, this.#curve.root));
    this.#tellWhat(given ? text.ownScores : "");
    if (given) this.#take(given);
  }

  async begin() {
    if (this.hasAttribute("scores")) return;
    const { signal } = this.life;
    const entry = await entryOf(this);
    signal.throwIfAborted();
    const { dataset, anomalousClasses } = entry.card.data;
    this.#tellWhat(this.text.roc.model(entry.id, dataset, anomalousClasses.map((name) => this.text.demo.className(dataset, name))));
    const [loaded, sheet] = await Promise.all([modelOf(this, entry), samplesOf(dataset, this.text)]);
    signal.throwIfAborted();
    this.#usual = loaded.threshold;
    await this.#scoreAll(loaded, sheet, anomalousClasses);
  }

  #tellWhat(scores) { this.#about.textContent = `${scores} ${this.text.roc.bars}`; }

  /** Other scores leave a threshold that somebody has moved where it is. */
  changed(name) {
    if (name !== "scores" || !this.#isGiven) return this.restart();
    this.attempt(() => {
      const given = this.#given();
      this.say("");
      if (given) this.#take(given);
      else this.restart();
    });
  }

  /** The scores of the attribute, if there is one. */
  #given() {
    const value = this.getAttribute("scores");
    if (value === null) return null;
    const scores = parsed(value);
    const isList = (list) => Array.isArray(list) && list.length > 0 && list.every(Number.isFinite);
    if (!isList(scores?.normal) || !isList(scores?.anomalous)) throw new Mistake(this.text.roc.wrongScores(value.slice(0, 60)));
    return scores;
  }

  async #scoreAll(loaded, sheet, anomalousClasses) {
    // In turns, so that every portion has the same mix.
    const queue = inTurns(sheet.classes.map((name) => sheet.cells.get(name).map((cell) => ({ cell, kind: anomalousClasses.includes(name) ? "anomalous" : "normal" }))));
    const scores = { normal: [], anomalous: [] };
    await scoresOf(this, loaded, sheet, queue.map(({ cell }) => cell), (results, from) => {
      results.forEach(({ score }, index) => scores[queue[from + index].kind].push(score));
      // There is no curve before there is one of each kind.
      if (scores.normal.length > 0 && scores.anomalous.length > 0) this.#take(scores, this.text.roc.progress(from + results.length, queue.length));
    });
    this.#take(scores);
  }

  #take(scores, hint = this.text.roc.hint) {
    this.#scores = scores;
    this.#hint.textContent = hint;
    const points = rocPoints(scores);
    this.#auc = areaUnder(points);
    this.#chart.draw(scores);
    this.#curve.draw(points);
    this.#show();
  }

  get #threshold() { return this.#moved ?? this.#usual ?? quantile(this.#scores.normal, 0.95); }

  #move(threshold) {
    this.#moved = threshold;
    const counts = this.#show();
    this.tell("threshold", { threshold, ...counts, auc: this.#auc });
  }

  #show() {
    const counts = confusion(this.#scores, this.#threshold);
    this.#chart.show(this.#threshold, this.text.roc.meaning(this.#threshold, counts));
    this.#curve.show(counts);
    this.#figures.show(counts, this.#auc);
    return counts;
  }
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];

define("ganomaly-roc", GanomalyRoc);
