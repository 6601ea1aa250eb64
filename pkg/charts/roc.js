/** The ROC curve, with the point of a threshold on it, which the pointer may move. */
import { el, svg } from "../dom.js";
import { stretched } from "./plot.js";

export class RocChart {
  root;
  #area = svg("path", { class: "area" });
  #curve = svg("path", { class: "line" });
  #point = el("div", { class: "point", hidden: true });
  #square;
  /** @type {import("../rules.js").Point[]} */
  #points = [];

  /**
   * @param {{ curve: string, axes: { tpr: string, fpr: string }, chance?: string }} words
   * @param {(threshold: number) => void} [onThreshold] the pointer is at a point of this threshold
   */
  constructor({ curve, axes, chance = "" }, onThreshold) {
    this.#square = el("div", { class: "square" },
      stretched(this.#area, svg("line", { class: "chance", x1: 0, y1: 1, x2: 1, y2: 0 }), this.#curve), el("span", { class: "chance-label quiet", "aria-hidden": "true" }, chance), this.#point);
    if (onThreshold) this.#follow(onThreshold);
    const axis = (className, label) => el("div", { class: className, "aria-hidden": "true" }, ...["0", label, "1"].map((one) => el("span", {}, one)));
    this.root = el("div", { class: "roc-chart", role: "img", "aria-label": curve }, axis("y-axis quiet", axes.tpr), this.#square, axis("x-axis quiet", axes.fpr));
  }

  #follow(onThreshold) {
    const follow = (event) => this.#points.length > 0 && onThreshold(this.#nearest(event).threshold);
    this.#square.classList.add("movable");
    this.#square.addEventListener("pointerdown", (event) => {
      this.#square.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.#square.addEventListener("pointermove", (event) => this.#square.hasPointerCapture(event.pointerId) && follow(event));
  }

  /** @param {import("../rules.js").Point[]} points */
  draw(points) {
    this.#points = points;
    const line = points.map(({ fpr, tpr }) => `${fpr.toFixed(4)} ${(1 - tpr).toFixed(4)}`).join("L");
    this.#curve.setAttribute("d", `M${line}`);
    this.#area.setAttribute("d", `M${line}L1 1z`);
  }

  /** @param {{ tpr: number, fpr: number }} rates */
  show({ tpr, fpr }) {
    this.#point.hidden = false;
    this.#point.style.left = `${100 * fpr}%`;
    this.#point.style.top = `${100 * (1 - tpr)}%`;
  }

  #nearest({ clientX, clientY }) {
    const { left, top, width, height } = this.#square.getBoundingClientRect();
    const [x, y] = [(clientX - left) / width, 1 - (clientY - top) / height];
    const distance = ({ fpr, tpr }) => Math.hypot(fpr - x, tpr - y);
    return this.#points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
  }
}
