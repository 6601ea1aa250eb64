/**
 * The histogram of scores with the threshold as a line to move: dragged with the pointer, or with the keys of a slider.
 * It stays on whole per cents of false alarms, of which each has its threshold.
 */
import { Histogram } from "../../pkg/charts/histogram.js";
import { scaleOf } from "../../pkg/charts/plot.js";
import { el } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text as common } from "../../text/common.js";
import { text } from "../../text/results.js";
import { thresholdAt } from "./ruling.js";

/**
 * @typedef {{ calibration: any, scores: Float32Array, rate: number, rates: [number, number], locked: boolean, isBatch: boolean,
 *   batchThreshold: number | null }} Shown the limit for a batch is worked out: its line cannot be moved
 */

export class ThresholdHistogram {
  root;
  #histogram = new Histogram(["held", "scored"], format.score);
  #handle;
  #setRate;
  /** @type {Shown | null} */
  #shown = null;
  #drawn = { calibration: null, scores: null, batchThreshold: null };

  /** @param {(rate: number) => void} setRate in whole per cent */
  constructor(setRate) {
    this.#setRate = setRate;
    this.#handle = el("div", {
      class: "threshold-handle", role: "slider", tabindex: 0, id: "threshold-handle", "data-testid": "threshold-handle", "aria-label": text.threshold.handle,
      "aria-orientation": "horizontal", onkeydown: (event) => this.#key(event), onpointerdown: (event) => this.#drag(event),
    });
    const { plot, axis } = this.#histogram;
    plot.append(this.#handle);
    this.root = el("div", { class: "threshold-histogram", id: "results-histogram", "data-testid": "results-histogram", role: "group" }, plot, axis);
  }

  /** @param {Shown | null} shown */
  draw(shown) {
    this.#shown = shown;
    this.root.hidden = !shown;
    if (!shown) return;
    this.#drawBars(shown);
    this.#handle.hidden = shown.isBatch;
    const { calibration, rate, rates: [lowest, highest], locked } = shown;
    const threshold = thresholdAt(calibration, rate);
    this.#histogram.flag(shown.isBatch ? shown.batchThreshold : threshold);
    this.#handle.style.left = `${this.#histogram.scale.share(threshold) * 100}%`;
    const attributes = { "aria-valuemin": lowest, "aria-valuemax": highest, "aria-valuenow": rate, "aria-valuetext": text.threshold.rateValue(rate), "aria-disabled": locked };
    for (const [name, value] of Object.entries(attributes)) this.#handle.setAttribute(name, String(value));
  }

  /** The scale holds the strictest threshold, so that it stays as it is while the line moves. */
  #drawBars({ calibration, scores, rates, batchThreshold }) {
    const isSame = this.#drawn.calibration === calibration && this.#drawn.scores === scores && this.#drawn.batchThreshold === batchThreshold;
    if (isSame) return;
    this.#drawn = { calibration, scores, batchThreshold };
    const origin = calibration.origin ?? 0;
    const scale = scaleOf([calibration.scores, scores], { threshold: Math.max(thresholdAt(calibration, rates[0]), batchThreshold ?? origin), origin });
    const { label, normals, scored } = common.histogram;
    this.#histogram.draw([calibration.scores, scores], { scale, words: [normals(calibration.scores.length), scored(scores.length)] });
    this.root.setAttribute("aria-label", label(calibration.scores.length, scores.length));
  }

  #set(rate) {
    const { rate: before, rates: [lowest, highest], locked } = this.#shown;
    const within = Math.min(Math.max(rate, lowest), highest);
    if (!locked && within !== before) this.#setRate(within);
  }

  /** To the right, the threshold is higher and the rate lower. */
  #key(event) {
    const { rate, rates: [lowest, highest] } = this.#shown;
    const to = {
      ArrowRight: rate - 1, ArrowLeft: rate + 1, ArrowUp: rate + 1, ArrowDown: rate - 1, PageUp: rate + 5, PageDown: rate - 5, Home: lowest, End: highest,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#set(to);
  }

  #drag(event) {
    if (event.button !== 0 || this.#shown.locked) return;
    event.preventDefault();
    this.#handle.focus({ preventScroll: true });
    const move = ({ clientX }) => {
      const { left, width } = this.#histogram.plot.getBoundingClientRect();
      this.#set(this.#nearest((clientX - left) / width));
    };
    this.#handle.setPointerCapture(event.pointerId);
    this.#handle.addEventListener("pointermove", move);
    this.#handle.addEventListener("lostpointercapture", () => this.#handle.removeEventListener("pointermove", move), { once: true });
  }

  /** The rate whose threshold lies nearest; of several at one place, the strictest. @param {number} share of the width */
  #nearest(share) {
    const { calibration, rates: [lowest, highest] } = this.#shown;
    const away = (rate) => Math.abs(this.#histogram.scale.share(thresholdAt(calibration, rate)) - share);
    let best = lowest;
    for (let rate = lowest + 1; rate <= highest; rate++) if (away(rate) < away(best)) best = rate;
    return best;
  }
}
