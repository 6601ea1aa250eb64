/** The score among those of normal images that the networks have not learnt from, and what follows from it. */
import { Histogram } from "../../charts/histogram.js";
import { placeAt, scaleOf } from "../../charts/plot.js";
import { el, verdictIcon } from "../../dom.js";
import { isFlagged } from "../../rules.js";

export class ScoreAxis {
  root;
  #text;
  #histogram;
  #threshold = el("span", { class: "threshold-label number" });
  #marker = el("div", { class: "marker", hidden: true });
  #score = el("strong", { class: "score-label number" });
  #verdict = el("p", { class: "verdict" });
  #more = el("p", { class: "quiet" });
  #calibration = { scores: new Float32Array(), thresholds: [], origin: 0 };
  #limit = null;

  /** @param {string} starting what is said until there is a score */
  constructor(text, starting) {
    this.#text = text;
    this.#verdict.textContent = starting;
    this.#histogram = new Histogram(["normal"], text.number.score);
    const { plot, axis } = this.#histogram;
    plot.append(this.#marker);
    this.root = el("section", { class: "score" }, el("h3", {}, text.judged),
      el("div", { role: "status", class: "words" }, this.#verdict, this.#more),
      el("div", { class: "score-chart", "aria-hidden": "true" }, el("div", { class: "label above" }, this.#score),
        plot, axis, el("div", { class: "label below" }, this.#threshold)),
      el("p", { class: "quiet" }, text.bars));
  }

  /** @param {import("../model.js").Loaded} loaded */
  calibrate({ calibration, threshold }) {
    this.#calibration = calibration;
    this.#limit = threshold;
    // Suits the normal images, and is the same for all, so that scores can be compared.
    const scale = scaleOf([calibration.scores], { threshold, origin: calibration.origin });
    this.#histogram.draw([calibration.scores], { scale });
    this.#histogram.flag(threshold);
    if (threshold === null) return;
    this.#threshold.textContent = this.#text.threshold(threshold);
    placeAt(this.#threshold, scale.share(threshold));
  }

  /** @param {any} result @param {import("../demo.js").Choice} choice */
  show({ score, pValue }, choice) {
    const share = this.#histogram.scale.share(score);
    this.#marker.hidden = false;
    this.#marker.style.left = `${100 * share}%`;
    placeAt(this.#score, share);
    this.#score.textContent = this.#text.number.score(score) + (share === 1 ? " →" : "");
    this.#say(score, pValue, choice);
  }

  #say(score, pValue, { label, isAnomaly }) {
    const text = this.#text;
    const verdict = isFlagged(score, this.#limit) ? "anomaly" : "normal";
    this.#marker.dataset.verdict = verdict;
    this.#verdict.dataset.verdict = verdict;
    const said = this.#limit === null ? [text.noThreshold(score)] : [verdictIcon(verdict), text.verdicts[verdict](score, this.#limit)];
    this.#verdict.replaceChildren(...said);
    const above = Math.round(pValue * (this.#calibration.scores.length + 1)) - 1;
    const truth = label === null || this.#limit === null ? [] : [text.truth[isAnomaly ? "anomaly" : "normal"][verdict](label)];
    this.#more.textContent = [...truth, text.surprise(above, this.#calibration.scores.length)].join(" ");
  }
}
