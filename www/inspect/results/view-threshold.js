/** The limit on false alarms: the slider, what it promises, the histogram, and the other limit, for a batch. */
import { byId, el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";
import { isOwner } from "../store.js";
import { neededFor } from "../view-normals.js";
import { batchWords, promiseWords, rateOf, ratesOf, thresholdOf } from "./ruling.js";
import { ThresholdHistogram } from "./threshold-histogram.js";

const FIRST_BATCH_RATE = 10;
const HIGHEST_BATCH_RATE = 50;

/** @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace @param {import("./findings.js").Findings} findings */
export function showThreshold(store, workspace, findings) {
  const panel = new ThresholdPanel({
    setRate: (rate) => workspace.edit((project) => { project.rate = rate; }, "settings"),
    setBatchRate: (rate) => workspace.edit((project) => { project.batchRate = rate; }, "settings"),
  });
  byId("images-threshold").append(...panel.parts);
  const draw = () => panel.draw(store.state, findings.state);
  store.watch(["project", "model", "settings", "access"], draw);
  findings.watch(["scores", "limit", "counts", "batchWaiting", "batchTrouble"], draw);
}

class ThresholdPanel {
  parts;
  #rate = slider("rate", (value) => this.#does.setRate(value));
  #promise = el("div", { id: "promise", "data-testid": "promise" });
  #stricter = el("p", { class: "quiet", id: "stricter", "data-testid": "stricter" });
  #histogram;
  #histogramHint = el("p", { class: "quiet" }, text.threshold.histogramHint);
  #batch;
  #batchRate = slider("batch-rate", (value) => this.#does.setBatchRate(value));
  #does;

  /** @param {{ setRate: (rate: number) => void, setBatchRate: (rate: number | null) => void }} does */
  constructor(does) {
    this.#does = does;
    this.#histogram = new ThresholdHistogram(does.setRate);
    this.#batch = el("input", { type: "checkbox", id: "batch", "data-testid": "batch", onchange: () => does.setBatchRate(this.#batch.checked ? FIRST_BATCH_RATE : null) });
    this.parts = [
      el("h4", {}, text.threshold.heading), this.#rate.root, this.#promise, this.#stricter, this.#histogram.root, this.#histogramHint,
      el("label", { class: "check" }, this.#batch, el("span", {}, text.threshold.batch)), this.#batchRate.root,
    ];
  }

  draw(state, found) {
    const { project } = state;
    if (!project) return;
    const rates = ratesOf(project.model);
    const isBatch = project.batchRate !== null;
    const locked = !isOwner(state);
    const rate = rateOf(project);
    this.#rate.draw(rates && !isBatch, rates ?? [1, 20], rate, text.threshold.rate(rate), text.threshold.rateValue(rate), locked);
    this.#batch.checked = isBatch;
    this.#batch.disabled = locked || !rates;
    const { batchRate } = project;
    this.#batchRate.draw(rates && isBatch, [1, HIGHEST_BATCH_RATE], batchRate, text.threshold.batchRate(batchRate), text.threshold.batchRateValue(batchRate), locked);
    const sentences = this.#sentences(project, rates, found);
    if (this.#promise.textContent !== sentences.join("")) this.#promise.replaceChildren(...sentences.map((sentence) => el("p", {}, sentence)));
    setText(this.#stricter, rates && !isBatch ? stricterWords(project) : "");
    const calibration = project.model?.calibration;
    this.#histogram.draw(rates ? { calibration, scores: found.scores, rate, rates, locked, isBatch, batchThreshold: isBatch ? thresholdOf(project, found.limit) : null } : null);
    this.#histogramHint.hidden = !rates || isBatch;
  }

  #sentences(project, rates, { limit, scores, batchWaiting, batchTrouble }) {
    if (!project.model) return [text.threshold.noModel];
    if (!rates) return [text.threshold.noCalibration];
    if (project.batchRate === null) return promiseWords(project);
    if (batchTrouble) return [text.threshold.batchFailed(batchTrouble)];
    return limit === undefined || batchWaiting ? [text.threshold.batchWaiting] : batchWords(project, limit, scores.length);
  }
}

/** What a stricter promise would take: the next of the usual ones. */
function stricterWords({ normals, model }) {
  const [lowest] = ratesOf(model);
  const next = [10, 5, 2, 1].find((rate) => rate < lowest);
  if (!next) return "";
  const more = neededFor(next, model.trainedOn.length, model.calibration.scores.length) - normals.length;
  return more > 0 ? text.threshold.stricter(next, format.count(more)) : "";
}

/** A slider of whole per cents with its sentence as its label. */
function slider(id, set) {
  const label = el("span", { id: `${id}-text`, "data-testid": `${id}-text` });
  const input = el("input", { type: "range", id, "data-testid": id, step: 1, oninput: () => set(input.valueAsNumber) });
  return {
    root: el("label", { class: "slider" }, label, input),
    draw(isShown, [lowest, highest], value, sentence, spoken, locked) {
      this.root.hidden = !isShown;
      if (!isShown) return;
      Object.assign(input, { min: lowest, max: highest, value, disabled: locked || lowest === highest });
      input.setAttribute("aria-valuetext", spoken);
      setText(label, sentence);
    },
  };
}
