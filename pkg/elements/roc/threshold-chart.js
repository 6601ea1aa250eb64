/** Scores of normal images above the axis, of anomalies below it, and the threshold that is dragged over both. */
import { Histogram } from "../../charts/histogram.js";
import { placeAt, scaleOf } from "../../charts/plot.js";
import { el } from "../../dom.js";
import { Slider } from "../slider.js";

/** Places of the threshold along the axis. */
const POSITIONS = 301;

export class ThresholdChart {
  root;
  #text;
  #histogram;
  #handle = el("div", { class: "handle", hidden: true });
  #value = el("span", { class: "threshold-label number" });
  #slider;
  #onThreshold;
  #scores = { normal: [], anomalous: [] };

  /** @param {(threshold: number) => void} onThreshold */
  constructor(text, onThreshold) {
    this.#text = text;
    this.#onThreshold = onThreshold;
    this.#histogram = new Histogram(["normal", "anomalous"], text.number.score);
    const { plot, axis } = this.#histogram;
    plot.classList.add("both");
    plot.append(this.#handle);
    this.#slider = new Slider(plot, { label: text.slider, onMove: (position) => this.#onThreshold(this.#thresholdAt(position)) });
    const sides = el("div", { class: "sides quiet" }, el("span", {}, text.calledNormal), el("span", {}, text.calledAnomaly));
    this.root = el("div", { class: "threshold-chart" }, el("div", { class: "label line" }, this.#value), plot, axis, sides);
  }

  /** @param {import("../../rules.js").Scores} scores */
  draw(scores) {
    this.#scores = scores;
    const { normal, anomalous } = scores;
    const scale = scaleOf([normal, anomalous], { origin: Math.min(0, ...normal, ...anomalous) });
    this.#histogram.draw([normal, anomalous], { scale, words: [this.#text.normal(normal.length), this.#text.anomalous(anomalous.length)], isCommon: true });
    this.#slider.enable(POSITIONS);
  }

  /** @param {number} threshold @param {string} meaning */
  show(threshold, meaning) {
    const share = this.#histogram.scale.share(threshold);
    this.#histogram.flag(threshold);
    this.#handle.hidden = false;
    this.#handle.style.left = `${100 * share}%`;
    this.#value.textContent = this.#text.threshold(threshold);
    placeAt(this.#value, share);
    this.#slider.show(Math.round(share * (POSITIONS - 1)), meaning);
  }

  /** At the ends everything is on one side of the threshold, even what the axis has no room for. */
  #thresholdAt(position) {
    const { origin, end } = this.#histogram.scale;
    const all = [...this.#scores.normal, ...this.#scores.anomalous];
    if (position === POSITIONS - 1) return Math.max(end, ...all);
    if (position === 0) return Math.min(origin, ...all) - Number.EPSILON;
    return origin + (position / (POSITIONS - 1)) * (end - origin);
  }
}
