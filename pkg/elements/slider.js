/** A chart as a slider, for pointers, keys and screen readers. */

/** Positions that an arrow key goes with Shift. Page keys are the page's, which may be slides. */
const STRIDE = 10;

export class Slider {
  value = 0;
  #chart;
  #onMove;
  #positions = 1;

  /**
   * @param {HTMLElement} chart
   * @param {{ label: string, hover?: boolean, onMove: (position: number) => void }} options hover: follows a mouse that is not pressed
   */
  constructor(chart, { label, hover = false, onMove }) {
    this.#chart = chart;
    this.#onMove = onMove;
    for (const [name, value] of Object.entries({ role: "slider", "aria-label": label, "aria-valuemin": "1", "aria-disabled": "true" })) chart.setAttribute(name, value);
    this.#tellValue("");
    chart.addEventListener("keydown", (event) => this.#key(event));
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      chart.setPointerCapture(event.pointerId);
      this.#follow(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (chart.hasPointerCapture(event.pointerId) || (hover && event.pointerType === "mouse")) this.#follow(event);
    });
  }

  /** From now on it can be moved. @param {number} positions from left to right */
  enable(positions) {
    this.#positions = positions;
    this.#chart.tabIndex = 0;
    this.#chart.removeAttribute("aria-disabled");
    this.#chart.setAttribute("aria-valuemax", String(positions));
  }

  /** Where it is, and what that means. @param {number} position @param {string} meaning */
  show(position, meaning) {
    this.value = position;
    this.#tellValue(meaning);
  }

  #tellValue(meaning) {
    this.#chart.setAttribute("aria-valuenow", String(this.value + 1));
    this.#chart.setAttribute("aria-valuetext", meaning);
  }

  #follow({ clientX }) {
    const { left, width } = this.#chart.getBoundingClientRect();
    this.#move(Math.floor(((clientX - left) / width) * this.#positions));
  }

  #key(event) {
    const step = event.shiftKey ? STRIDE : 1;
    const target = {
      ArrowLeft: this.value - step, ArrowDown: this.value - step, ArrowRight: this.value + step, ArrowUp: this.value + step,
      Home: 0, End: this.#positions - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#move(target);
  }

  #move(position) {
    if (this.#chart.tabIndex === 0) this.#onMove(Math.min(Math.max(position, 0), this.#positions - 1));
  }
}
