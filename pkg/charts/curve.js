/** A value over the steps of a training: a loss, or how good the model is. */
import { el, setText, svg } from "../dom.js";

const WIDTH = 200;
const HEIGHT = 60;

/** @typedef {{ step: number, value: number }} Point */

export class Curve {
  root;
  #value = el("span", { class: "number-text value" });
  #most = el("span", { class: "number-text quiet most" });
  #changes = svg("path", { class: "change", "vector-effect": "non-scaling-stroke" });
  #before = svg("polyline", { class: "before", "vector-effect": "non-scaling-stroke" });
  #now = svg("polyline", { class: "now", "vector-effect": "non-scaling-stroke" });
  #top;

  /**
   * @param {{ id: string, title: string, formula?: string, level?: number, top?: number }} look id: also the name of its colour, where it has one;
   *   level: a line to compare with; top: of the axis, where it is known
   */
  constructor({ id, title, formula = "", level, top }) {
    this.#top = top;
    const line = (name, y) => svg("line", { class: name, x1: 0, x2: WIDTH, y1: y, y2: y, "vector-effect": "non-scaling-stroke" });
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, line("base", HEIGHT),
      ...(level === undefined ? [] : [line("level", level * HEIGHT)]), this.#changes, this.#before, this.#now);
    this.root = el("div", { class: "curve", "data-loss": id },
      el("p", { class: "curve-title" }, el("span", { class: "loss-title" }, title), this.#most, this.#value),
      ...(formula ? [el("p", { class: "formula quiet" }, formula)] : []), drawing);
    this.root.style.setProperty("--tone", `var(--${id}, var(--ink))`);
  }

  /**
   * @param {Point[]} now
   * @param {{ shown: (value: number) => string, steps?: number, before?: Point[], changes?: number[], most?: (value: string) => string }} look shown: the
   *   newest value, as people read it; steps: of the whole run, where they are known; before: another run to compare with; changes:
   *   steps before which what is trained has changed; most: says what the highest value is
   */
  draw(now, { shown, steps = 1, before = [], changes = [], most = () => "" }) {
    const known = now.filter(({ value }) => Number.isFinite(value));
    const last = Math.max(steps, known.at(-1)?.step ?? 0, before.at(-1)?.step ?? 0);
    const highest = Math.max(...[...known, ...before].map(({ value }) => value), 1e-9);
    const across = (step) => ((step / last) * WIDTH).toFixed(1);
    const place = ({ step, value }) => `${across(step)},${(HEIGHT - Math.min(value / (this.#top ?? highest), 1) * (HEIGHT - 2)).toFixed(1)}`;
    this.#now.setAttribute("points", known.map(place).join(" "));
    this.#before.setAttribute("points", before.map(place).join(" "));
    this.#changes.setAttribute("d", changes.map((step) => `M${across(step)} 0V${HEIGHT}`).join(""));
    setText(this.#value, known.length > 0 ? shown(known.at(-1).value) : "");
    setText(this.#most, known.length > 0 ? most(shown(highest)) : "");
  }
}
