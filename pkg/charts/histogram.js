/** Scores of one kind upwards, of another downwards or none, and the part that is flagged. */
import { el, svg } from "../dom.js";
import { barPath, binned, scaleOf, stretched, ticks } from "./plot.js";

/** Of the height, left for words beyond the highest bar. */
const HEADROOM = 0.12;

export class Histogram {
  /** The bars, to be placed above the axis; whatever is put into it lies over them. */
  plot;
  axis = el("div", { class: "axis number-text", "aria-hidden": "true" });
  scale = scaleOf([]);
  #bars;
  #middle = svg("line", { class: "middle", x1: 0, x2: 1 });
  #words = [el("span", { class: "count above" }), el("span", { class: "count below" })];
  #flagged = el("div", { class: "flagged", hidden: true });
  #format;

  /** @param {string[]} kinds class names of the bars that stand and of those that hang @param {(value: number) => string} format of numbers on the axis */
  constructor(kinds, format) {
    this.#format = format;
    this.#bars = kinds.map((kind) => svg("path", { class: kind }));
    this.plot = el("div", { class: "histogram" }, this.#flagged, stretched(...this.#bars, this.#middle), ...this.#words.slice(0, kinds.length));
  }

  /**
   * @param {ArrayLike<number>[]} lists of scores, one for each kind
   * @param {{ scale: import("./plot.js").Scale, words?: string[], isCommon?: boolean }} look words: what each list is; isCommon: whether the
   *   bars of both can be compared, else the highest of each is as high as there is room
   */
  draw(lists, { scale, words = [], isCommon = false }) {
    this.scale = scale;
    const heights = lists.map((list) => binned(list, scale.share));
    const highest = heights.map((list) => Math.max(...list) || 1);
    const room = 1 - lists.length * HEADROOM;
    const rooms = isCommon ? highest.map((one) => (room * one) / highest.reduce((sum, other) => sum + other)) : highest.map(() => room / lists.length);
    const middle = HEADROOM + rooms[0];
    heights.forEach((list, index) => {
      const factor = (index === 0 ? 1 : -1) * rooms[index] / highest[index];
      this.#bars[index].setAttribute("d", barPath(list.map((height) => height * factor), middle));
    });
    for (const end of ["y1", "y2"]) this.#middle.setAttribute(end, String(middle));
    this.#words.forEach((word, index) => { word.textContent = words[index] ?? ""; });
    this.axis.replaceChildren(...ticks(scale, this.#format));
  }

  clear() {
    for (const bars of this.#bars) bars.setAttribute("d", "");
    this.axis.replaceChildren();
  }

  /** Marks what is above a threshold. @param {number | null} threshold null: nothing is */
  flag(threshold) {
    this.#flagged.hidden = threshold === null;
    if (threshold !== null) this.#flagged.style.left = `${100 * this.scale.share(threshold)}%`;
  }
}
