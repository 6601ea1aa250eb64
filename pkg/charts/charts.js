/** Two small charts, drawn as SVG: a back-to-back histogram of scores and the course of a loss. */
import { text } from "../text.js";
import { el, setText, svg } from "../dom.js";
import * as format from "../format.js";

const BINS = 28;
const WIDTH = 300;
const HALF = 58;
const AXIS = 18;
const CAPTION = 14;

/** @typedef {{ origin: number, end: number, share: (value: number) => number }} Scale share: of the width, 0 to 1 */

/**
 * Where scores lie on a histogram.
 * @param {ArrayLike<number>} normals
 * @param {ArrayLike<number>} scored
 * @param {number | null} threshold is to be on it
 * @param {number} origin where the axis begins; the first bin takes what is below
 * @returns {Scale}
 */
export function scaleOf(normals, scored, threshold, origin) {
  const end = upperEnd(normals, scored, threshold, origin);
  return { origin, end, share: (value) => Math.min(Math.max((value - origin) / (end - origin), 0), 1) };
}

/**
 * Scores of normal calibration images upwards, of the images in view downwards, the threshold through both.
 * @param {ArrayLike<number>} normals
 * @param {ArrayLike<number>} scored
 * @param {number | null} threshold
 * @param {number} origin see scaleOf
 * @param {Scale} [scale]
 * @returns {SVGElement}
 */
export function histogram(normals, scored, threshold, origin, { end, share } = scaleOf(normals, scored, threshold, origin)) {
  const x = (value) => share(value) * WIDTH;
  const chart = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${2 * HALF + AXIS}`, role: "img", "aria-label": text.histogram.label(normals.length, scored.length),
  });
  chart.append(bars(normals, share, HALF, -1, "bars-normal"), bars(scored, share, HALF + AXIS, 1, "bars-scored"));
  chart.append(caption(text.histogram.normals(normals.length), 10), caption(text.histogram.scored(scored.length), 2 * HALF + AXIS - 3));
  for (const value of [origin, (origin + end) / 2, end]) chart.append(tick(x(value), format.score(value)));
  if (threshold !== null) chart.append(svg("line", { class: "threshold", x1: x(threshold), x2: x(threshold), y1: CAPTION, y2: 2 * HALF + AXIS - CAPTION }));
  return chart;
}

/** Far outliers would squeeze everything else: the last bin takes them. */
function upperEnd(normals, scored, threshold, origin) {
  const all = new Float64Array(normals.length + scored.length);
  all.set(normals);
  all.set(scored, normals.length);
  all.sort();
  const high = all.length > 0 ? all[Math.floor((all.length - 1) * 0.97)] : origin + 1;
  const span = Math.max((high - origin) * 1.1, ((threshold ?? origin) - origin) * 1.25);
  return origin + (span || 1);
}

function bars(values, share, from, direction, className) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(share(value) * BINS))] += 1;
  const highest = Math.max(...counts, 1);
  const group = svg("g", { class: className });
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const height = (count / highest) * (HALF - CAPTION);
    group.append(svg("rect", {
      x: (bin * WIDTH) / BINS + 0.5, width: WIDTH / BINS - 1, height, y: direction < 0 ? from - height : from,
    }));
  });
  return group;
}

function caption(content, y) {
  return svg("text", { x: WIDTH, y, "text-anchor": "end", class: "caption" }, content);
}

function tick(x, label) {
  const anchor = x === 0 ? "start" : x >= WIDTH ? "end" : "middle";
  return svg("text", { x, y: HALF + 13, "text-anchor": anchor, class: "tick" }, label === "0.00" ? "0" : label);
}

const LOSS_WIDTH = 220;
const LOSS_HEIGHT = 64;

/** One loss over the run: its name, its newest value, its curve. */
export class LossChart {
  #value = el("span", { class: "value number-text" });
  #curve = svg("polyline", { class: "curve", fill: "none", "vector-effect": "non-scaling-stroke" });
  #top = el("span", { class: "highest quiet number-text" });
  #title = el("span", { class: "loss-title" });
  root;

  /** @param {string} name */
  constructor(name) {
    this.root = el("div", { class: `loss ${name}`, "data-loss": name },
      el("p", {}, el("span", { class: "swatch", "aria-hidden": "true" }), this.#title, this.#top, this.#value),
      svg("svg", { viewBox: `0 0 ${LOSS_WIDTH} ${LOSS_HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("line", { class: "baseline", x1: 0, x2: LOSS_WIDTH, y1: LOSS_HEIGHT - 0.5, y2: LOSS_HEIGHT - 0.5 }), this.#curve));
  }

  /** @param {string} title what this loss is called in the method that is trained */
  setTitle(title) {
    setText(this.#title, title);
  }

  /**
   * @param {{ step: number, value: number }[]} points
   * @param {number} steps of the whole run, so that the curve grows from left to right
   */
  draw(points, steps) {
    const values = points.map((point) => point.value).filter(Number.isFinite);
    if (values.length === 0) return this.#clear();
    const top = Math.max(...values) || 1;
    const place = ({ step, value }) =>
      `${((step / steps) * LOSS_WIDTH).toFixed(1)},${(LOSS_HEIGHT - 1 - (value / top) * (LOSS_HEIGHT - 6)).toFixed(1)}`;
    this.#curve.setAttribute("points", points.filter((point) => Number.isFinite(point.value)).map(place).join(" "));
    this.#value.textContent = format.score(values.at(-1));
    this.#top.textContent = text.training.highest(format.score(top));
  }

  #clear() {
    this.#curve.setAttribute("points", "");
    this.#value.textContent = "";
    this.#top.textContent = "";
  }
}
