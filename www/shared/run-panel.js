/** Shows a run of training while it goes on: how far it is, its losses, and the same images rebuilt better and better. */
import { text } from "../text/common.js";
import { Curve } from "../pkg/charts/curve.js";
import { el, pictureCanvas, setText } from "../pkg/dom.js";
import * as format from "../pkg/format.js";

export class RunPanel {
  #root;
  #state = el("strong", { id: "run-state", "data-testid": "run-state" });
  #progress = el("progress", { id: "run-progress", "data-testid": "run-progress", max: 1, value: 0, "aria-label": text.training.progressLabel });
  #numbers = el("span", { class: "number-text", id: "run-numbers", "data-testid": "run-numbers" });
  #pause;
  #stop;
  #cancel;
  #buttons;
  /** Those of the losses, by what they show. @type {{ of: any, curves: { id: string, curve: Curve }[] }} */
  #charts = { of: null, curves: [] };
  #validation = new Curve({ id: "validation", title: text.training.validation });
  #heading = el("p", { class: "losses-heading" }, text.training.lossHeading);
  #losses = el("div", { class: "losses", id: "losses", "data-testid": "losses" });
  #improving = el("div", { class: "improving", id: "improving", "data-testid": "improving", hidden: true });
  #run = null;
  #shown = null;

  /** @param {HTMLElement} root empty @param {import("./training.js").Training} training */
  constructor(root, training) {
    this.#root = root;
    const button = (name, act) => el("button", { type: "button", id: `run-${name}`, "data-testid": `run-${name}`, onclick: act }, text.training[name]);
    this.#pause = button("pause", () => (this.#run.phase === "paused" ? training.resume() : training.pause()));
    this.#stop = button("stop", () => training.stop());
    this.#cancel = button("cancel", () => training.cancel());
    this.#buttons = el("div", { class: "row", id: "run-buttons" }, this.#pause, this.#stop, this.#cancel);
    root.append(
      el("div", { class: "row" }, this.#state, this.#progress, this.#numbers), this.#buttons,
      this.#heading,
      this.#losses,
      this.#improving);
  }

  /** @param {any} run of shared/training.js, or null */
  draw(run) {
    this.#root.hidden = !run;
    this.#run = run;
    if (!run) return;
    this.#root.dataset.phase = run.phase;
    this.#drawState(run);
    this.#drawButtons(run);
    this.#drawLosses(run);
    this.#drawSamples(run);
  }

  #drawState(run) {
    const isReading = run.phase === "starting" && run.read;
    const done = isReading ? run.read.done / run.read.total : run.steps > 0 ? run.step / run.steps : 0;
    setText(this.#state, run.over ? run.outcome : isReading ? text.training.reading(run.read) : text.training.phases[run.phase]);
    this.#progress.value = done;
    this.#progress.hidden = run.over;
    const isCounted = run.steps > 0 && !(run.over && run.losses.length === 0);
    setText(this.#numbers, !isCounted ? "" : text.training.numbers({
      hasSteps: run.losses.length > 0, epoch: run.epoch, epochs: run.epochs, step: run.step, steps: run.steps,
      speed: run.imagesPerSecond > 0 ? format.speed(run.imagesPerSecond) : "",
      left: run.over || !Number.isFinite(run.secondsLeft) ? "" : format.duration(run.secondsLeft),
    }));
  }

  #drawButtons(run) {
    this.#buttons.hidden = run.over;
    setText(this.#pause, run.phase === "paused" ? text.training.resume : text.training.pause);
    this.#pause.disabled = !["running", "paused"].includes(run.phase);
    this.#stop.disabled = !["running", "paused"].includes(run.phase);
    this.#cancel.disabled = run.phase === "cancelling";
  }

  /** Those that the method tells; and the error of the images that are held out to stop at the best moment, if there are any. */
  #drawLosses({ losses, points, validation, steps }) {
    const hasValidation = validation.length > 0;
    if (this.#charts.of !== losses) this.#charts = { of: losses, curves: losses.map(({ id, title }) => ({ id, curve: new Curve({ id, title }) })) };
    const all = [...this.#charts.curves.map(({ curve }) => curve), ...(hasValidation ? [this.#validation] : [])];
    if (all.length !== this.#losses.childElementCount || all[0]?.root !== this.#losses.firstElementChild) this.#losses.replaceChildren(...all.map(({ root }) => root));
    this.#heading.hidden = all.length === 0;
    const look = { steps, shown: format.score, most: text.losses.highest };
    for (const { id, curve } of this.#charts.curves) curve.draw(points.map(({ step, losses: of }) => ({ step, value: of[id] })), look);
    if (hasValidation) this.#validation.draw(validation, look);
  }

  /** The same images as they were rebuilt at first and now. */
  #drawSamples(run) {
    // A method that rebuilds nothing has nothing to show.
    this.#improving.hidden = !run.latest || run.latest.reconstructions.length === 0;
    if (this.#improving.hidden || run.latest === this.#shown) return;
    this.#shown = run.latest;
    const { rows } = text.training;
    const strips = [[rows.inputs, run.first.inputs], [rows.first(run.first.epoch), run.first.reconstructions]];
    if (run.latest !== run.first) strips.push([rows.now(run.latest.epoch), run.latest.reconstructions]);
    this.#improving.replaceChildren(...strips.map(([title, pictures]) => el("div", { class: "strip" },
      el("span", { class: "strip-name" }, title), el("div", { class: "strip-pictures" }, ...pictures.map(pictureCanvas)))));
  }
}
