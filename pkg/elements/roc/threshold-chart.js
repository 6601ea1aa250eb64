/** Scores of normal images above the axis, of anomalies below it, and the threshold that is dragged over both. */
import { scaleOf } from "../../charts/charts.js";
import { el, svg } from "../../dom.js";
import { barPath, binned, placeAt, scaleFrom, stretched, ticks } from "../../charts/plot.js";
import { Slider } from "../slider.js";

/** Places of the threshold along the axis. */
const POSITIONS = 301;
/** Of the height, left for words above the tallest bar. */
const HEADROOM = 0.12;

export class ThresholdChart {
  root;
  #text;
  #normal = svg("path", { class: "normal" });
  #anomalous = svg("path", { class: "anomalous" });
  #middle = svg("line", { class: "middle", x1: 0, x2: 1, y1: 0.5, y2: 0.5 });
  #axis = el("div", { class: "axis number" });
  #flagged = el("div", { class: "flagged", hidden: true });
  #handle = el("div", { class: "handle", hidden: true });
  #value = el("span", { class: "threshold-label number" });
  #counts = [el("span", { class: "count above" }), el("span", { class: "count below" })];
  #slider;
  #onThreshold;
  #scores = { normal: [], anomalous: [] };
  #scale = scaleOf([], [], null, 0);

  /** @param {(threshold: number) => void} onThreshold */
  constructor(text, onThreshold) {
    this.#text = text;
    this.#onThreshold = onThreshold;
    const chart = el("div", { class: "histogram both" }, this.#flagged,
      stretched(this.#normal, this.#anomalous, this.#middle), ...this.#counts, this.#handle);
    this.#slider = new Slider(chart, { label: text.slider, onMove: (position) => this.#onThreshold(this.#thresholdAt(position)) });
    const sides = el("div", { class: "sides quiet" }, el("span", {}, text.calledNormal), el("span", {}, text.calledAnomaly));
    this.root = el("div", { class: "threshold-chart" }, el("div", { class: "label line" }, this.#value), chart, this.#axis, sides);
  }

  /** @param {import("../../rules.js").Scores} scores */
  draw(scores) {
    this.#scores = scores;
    const { normal, anomalous } = scores;
    const { end } = scaleOf(normal, anomalous, null, 0);
    this.#scale = scaleFrom(Math.min(0, ...normal, ...anomalous), end);
    const heights = [normal, anomalous].map((one) => binned(one, this.#scale.share));
    const [up, down] = heights.map((one) => Math.max(...one));
    const room = (1 - 2 * HEADROOM) / (up + down);
    const middle = HEADROOM + up * room;
    this.#normal.setAttribute("d", barPath(heights[0].map((height) => height * room), middle));
    this.#anomalous.setAttribute("d", barPath(heights[1].map((height) => -height * room), middle));
    for (const end of ["y1", "y2"]) this.#middle.setAttribute(end, middle);
    this.#axis.replaceChildren(...ticks(this.#scale, this.#text.number.score));
    this.#counts[0].textContent = this.#text.normal(normal.length);
    this.#counts[1].textContent = this.#text.anomalous(anomalous.length);
    this.#slider.enable(POSITIONS);
  }

  /** @param {number} threshold @param {string} meaning */
  show(threshold, meaning) {
    const share = this.#scale.share(threshold);
    for (const mark of [this.#flagged, this.#handle]) {
      mark.hidden = false;
      mark.style.left = `${100 * share}%`;
    }
    this.#value.textContent = this.#text.threshold(threshold);
    placeAt(this.#value, share);
    this.#slider.show(Math.round(share * (POSITIONS - 1)), meaning);
  }

  /** At the ends everything is on one side of the threshold, even what the axis has no room for. */
  #thresholdAt(position) {
    const { origin, end } = this.#scale;
    const all = [...this.#scores.normal, ...this.#scores.anomalous];
    if (position === POSITIONS - 1) return Math.max(end, ...all);
    if (position === 0) return Math.min(origin, ...all) - Number.EPSILON;
    return origin + (position / (POSITIONS - 1)) * (end - origin);
  }
}
