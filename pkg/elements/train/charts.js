/** The two kinds of charts of a training: a curve over the steps, and two histograms back to back. */
import { el, setText, svg } from "../../dom.js";
import { barPath, binned, stretched } from "../../charts/plot.js";

const WIDTH = 200;
const HEIGHT = 60;

/** A value over the steps, with the curve of the run before behind it for comparison. */
export class Curve {
  #value = el("span", { class: "number value" });
  #changes = svg("path", { class: "change", "vector-effect": "non-scaling-stroke" });
  #before = svg("polyline", { class: "before", "vector-effect": "non-scaling-stroke" });
  #now = svg("polyline", { class: "now", "vector-effect": "non-scaling-stroke" });
  root;

  /**
   * @param {{ name: string, title: string, formula: string, level?: number, top?: number }} look level: a line to compare
   *   with; top: of the axis, where it is known
   */
  constructor({ name, title, formula, level, top }) {
    this.top = top;
    const base = svg("line", { class: "base", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, "vector-effect": "non-scaling-stroke" });
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, base);
    if (level !== undefined) drawing.append(svg("line", { class: "level", x1: 0, x2: WIDTH, y1: level * HEIGHT, y2: level * HEIGHT, "vector-effect": "non-scaling-stroke" }));
    drawing.append(this.#changes, this.#before, this.#now);
    this.root = el("div", { class: `curve ${name}` },
      el("p", { class: "curve-title" }, el("span", {}, title), this.#value),
      el("p", { class: "formula quiet" }, formula), drawing);
  }

  /**
   * @param {{ step: number, value: number }[]} now @param {{ step: number, value: number }[]} before
   * @param {number[]} changes steps before which what is trained has changed
   * @param {string} shown the newest value, as people read it
   */
  draw(now, before, changes, shown) {
    const last = Math.max(now.at(-1)?.step ?? 0, before.at(-1)?.step ?? 0, 1);
    const top = this.top ?? Math.max(...now.map(({ value }) => value), ...before.map(({ value }) => value), 1e-9);
    const across = (step) => ((step / last) * WIDTH).toFixed(1);
    const place = ({ step, value }) => `${across(step)},${(HEIGHT - (Math.min(value / top, 1)) * (HEIGHT - 2)).toFixed(1)}`;
    this.#now.setAttribute("points", now.map(place).join(" "));
    this.#before.setAttribute("points", before.map(place).join(" "));
    this.#changes.setAttribute("d", changes.map((step) => `M${across(step)} 0V${HEIGHT}`).join(""));
    setText(this.#value, shown);
  }
}

/** Scores of normal images upwards, of anomalies downwards. */
export class Histogram {
  #normal = svg("path", {});
  #anomalous = svg("path", {});
  #start = el("span", { class: "number" });
  #end = el("span", { class: "number" });
  root;

  /** @param {{ normal: string, anomalous: string, axis: string }} labels */
  constructor({ normal, anomalous, axis }) {
    this.root = el("div", { class: "histogram", role: "img", "aria-label": axis },
      el("p", { class: "normal" }, normal), stretched(this.#normal), el("p", { class: "axis quiet" }, this.#start, el("span", {}, axis), this.#end),
      stretched(this.#anomalous), el("p", { class: "anomalous" }, anomalous));
  }

  /**
   * @param {string} sentence what the chart shows, for those who do not see it
   */
  draw(normal, anomalous, shown, sentence) {
    const all = [...normal, ...anomalous].sort((some, other) => some - other);
    // The last bar takes the few that are far out, which would squeeze the others.
    const end = 1.05 * all[Math.floor(0.98 * (all.length - 1))] || 1;
    this.#normal.setAttribute("d", bars(normal, end, 1, 1));
    this.#anomalous.setAttribute("d", bars(anomalous, end, 0, -1));
    setText(this.#start, "0");
    setText(this.#end, `≥\u2009${shown(end)}`);
    this.root.setAttribute("aria-label", sentence);
  }

  clear() {
    for (const path of [this.#normal, this.#anomalous]) path.setAttribute("d", "");
    for (const label of [this.#start, this.#end]) setText(label, "");
  }
}

/** Bars that stand at a height, the highest of which reaches the other side. */
function bars(values, end, from, direction) {
  const heights = binned(values, (value) => Math.min(value / end, 1));
  const highest = Math.max(...heights);
  return barPath(heights.map((height) => (direction * height) / highest), from);
}
