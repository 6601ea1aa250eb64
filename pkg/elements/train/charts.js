/** The two kinds of charts of a training: a curve over the steps, and two histograms back to back. */
import { el, setText, svg } from "../../shared/dom.js";

const WIDTH = 200;
const HEIGHT = 60;

/** A value over the steps, with the curve of the run before behind it for comparison. */
export class Curve {
  #value = el("span", { class: "number value" });
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
    drawing.append(this.#before, this.#now);
    this.root = el("div", { class: `curve ${name}` },
      el("p", { class: "curve-title" }, el("span", {}, title), this.#value),
      el("p", { class: "formula quiet" }, formula), drawing);
  }

  /**
   * @param {{ step: number, value: number }[]} now
   * @param {{ step: number, value: number }[]} before
   * @param {string} shown the newest value, as people read it
   */
  draw(now, before, shown) {
    const last = Math.max(now.at(-1)?.step ?? 0, before.at(-1)?.step ?? 0, 1);
    const top = this.top ?? Math.max(...now.map(({ value }) => value), ...before.map(({ value }) => value), 1e-9);
    const place = ({ step, value }) => `${((step / last) * WIDTH).toFixed(1)},${(HEIGHT - (Math.min(value / top, 1)) * (HEIGHT - 2)).toFixed(1)}`;
    this.#now.setAttribute("points", now.map(place).join(" "));
    this.#before.setAttribute("points", before.map(place).join(" "));
    setText(this.#value, shown);
  }
}

const BINS = 24;
const HALF = 62;
const GAP = 16;

/** Scores of normal images upwards, of anomalies downwards. */
export class Histogram {
  #bars = svg("g");
  #ends = [svg("text", { class: "tick", x: 0, y: HALF + 12 }), svg("text", { class: "tick", x: 300, y: HALF + 12, "text-anchor": "end" })];
  #chart;
  root;

  /** @param {{ normal: string, anomalous: string, axis: string }} labels */
  constructor({ normal, anomalous, axis }) {
    this.#chart = svg("svg", { viewBox: `0 0 300 ${2 * HALF + GAP}`, role: "img", "aria-label": axis }, this.#bars, ...this.#ends,
      svg("text", { class: "tick", x: 150, y: HALF + 12, "text-anchor": "middle" }, axis),
      svg("text", { class: "label normal", x: 300, y: 12, "text-anchor": "end" }, normal),
      svg("text", { class: "label anomalous", x: 300, y: 2 * HALF + GAP - 5, "text-anchor": "end" }, anomalous));
    this.root = el("div", { class: "histogram" }, this.#chart);
  }

  /**
   * @param {number[]} normal @param {number[]} anomalous
   * @param {(value: number) => string} shown
   * @param {string} sentence what the chart shows, for those who do not see it
   */
  draw(normal, anomalous, shown, sentence) {
    const all = [...normal, ...anomalous].sort((some, other) => some - other);
    // The last bar takes the few that are far out, which would squeeze the others.
    const end = 1.05 * all[Math.floor(0.98 * (all.length - 1))] || 1;
    this.#bars.replaceChildren(...bars(normal, end, "normal"), ...bars(anomalous, end, "anomalous"));
    setText(this.#ends[0], "0");
    setText(this.#ends[1], shown(end));
    this.#chart.setAttribute("aria-label", sentence);
  }

  clear() {
    this.#bars.replaceChildren();
    for (const end of this.#ends) setText(end, "");
  }
}

function bars(values, end, side) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(Math.floor((value / end) * BINS), BINS - 1)] += 1;
  const highest = Math.max(...counts);
  return counts.flatMap((count, bin) => {
    if (count === 0) return [];
    const height = (count / highest) * (HALF - 16);
    const y = side === "normal" ? HALF - height : HALF + GAP;
    return [svg("rect", { class: side, x: (bin * 300) / BINS + 0.5, width: 300 / BINS - 1, y, height })];
  });
}
