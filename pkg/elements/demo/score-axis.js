/** The score among those of normal images that the networks have not learnt from, and what follows from it. */
import { scaleOf } from "../../charts/charts.js";
import { el, svg, verdictIcon } from "../../dom.js";
import { isFlagged } from "../../rules.js";
import { barPath, binned, placeAt, stretched, ticks } from "../../charts/plot.js";

export class ScoreAxis {
  root;
  #text;
  #bars = svg("path", { class: "normal" });
  #axis = el("div", { class: "axis number" });
  #flagged = el("div", { class: "flagged", hidden: true });
  #threshold = el("span", { class: "threshold-label number" });
  #marker = el("div", { class: "marker", hidden: true });
  #score = el("strong", { class: "score-label number" });
  #verdict = el("p", { class: "verdict" });
  #more = el("p", { class: "quiet" });
  #calibration = { scores: new Float32Array(), thresholds: [], origin: 0 };
  #limit = null;
  /** Suits the normal images, and is the same for all, so that scores can be compared. */
  #scale = scaleOf([], [], null, 0);

  /** @param {string} starting what is said until there is a score */
  constructor(text, starting) {
    this.#text = text;
    this.#verdict.textContent = starting;
    this.root = el("section", { class: "score" }, el("h3", {}, text.judged),
      el("div", { role: "status", class: "words" }, this.#verdict, this.#more),
      el("div", { class: "score-chart", "aria-hidden": "true" }, el("div", { class: "label above" }, this.#score),
        el("div", { class: "histogram" }, this.#flagged, stretched(this.#bars), this.#marker), this.#axis, el("div", { class: "label below" }, this.#threshold)),
      el("p", { class: "quiet" }, text.bars));
  }

  /** @param {import("../model.js").Loaded} loaded */
  calibrate({ calibration, threshold }) {
    this.#calibration = calibration;
    this.#limit = threshold;
    this.#scale = scaleOf(calibration.scores, [], threshold, calibration.origin);
    this.#drawNormals();
  }

  /** @param {any} result @param {import("../demo.js").Choice} choice */
  show({ score, pValue }, choice) {
    const share = this.#scale.share(score);
    this.#marker.hidden = false;
    this.#marker.style.left = `${100 * share}%`;
    placeAt(this.#score, share);
    this.#score.textContent = this.#text.number.score(score) + (share === 1 ? " →" : "");
    this.#say(score, pValue, choice);
  }

  #drawNormals() {
    const scale = this.#scale;
    const heights = binned(this.#calibration.scores, scale.share);
    const highest = Math.max(...heights) || 1;
    this.#bars.setAttribute("d", barPath(heights.map((height) => (0.94 * height) / highest), 1));
    this.#axis.replaceChildren(...ticks(scale, this.#text.number.score));
    if (this.#limit === null) return;
    const share = scale.share(this.#limit);
    this.#flagged.hidden = false;
    this.#flagged.style.left = `${100 * share}%`;
    this.#threshold.textContent = this.#text.threshold(this.#limit);
    placeAt(this.#threshold, share);
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
