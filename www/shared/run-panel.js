/** Shows a run of training while it goes on: how far it is, its losses, and the same images rebuilt better and better. */
import { text } from "../text/common.js";
import { LossChart } from "../pkg/charts/charts.js";
import { el, pictureCanvas, setText } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { LOSSES } from "./training.js";

export class RunPanel {
  #root;
  #state = el("strong", { id: "run-state", "data-testid": "run-state" });
  #progress = el("progress", { id: "run-progress", "data-testid": "run-progress", max: 1, value: 0, "aria-label": text.training.progressLabel });
  #numbers = el("span", { class: "number-text", id: "run-numbers", "data-testid": "run-numbers" });
  #pause;
  #stop;
  #cancel;
  #buttons;
  #charts = LOSSES.map((name) => new LossChart(name));
  #validation = new LossChart("validation");
  #losses = el("div", { class: "losses", id: "losses", "data-testid": "losses" }, ...this.#charts.map((chart) => chart.root));
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
    this.#validation.setTitle(text.training.validation);
    root.append(
      el("div", { class: "row" }, this.#state, this.#progress, this.#numbers), this.#buttons,
      el("p", { class: "losses-heading" }, text.training.lossHeading),
      this.#losses,
      this.#improving);
    this.nameLosses("ganomaly");
  }

  /** What the third loss compares depends on the method. @param {string | undefined} method */
  nameLosses(method) {
    const names = text.training.losses[method] ?? text.training.losses.ganomaly;
    LOSSES.forEach((loss, index) => this.#charts[index].setTitle(names[loss]));
  }

  /** @param {any} run of shared/training.js, or null */
  draw(run) {
    this.#root.hidden = !run;
    this.#run = run;
    if (!run) return;
    this.#root.dataset.phase = run.phase;
    this.#drawState(run);
    this.#drawButtons(run);
    LOSSES.forEach((name, index) => {
      this.#charts[index].draw(run.points.map(({ step, losses }) => ({ step, value: losses[name] })), run.steps);
    });
    this.#drawValidation(run);
    this.#drawSamples(run);
  }

  #drawState(run) {
    const isReading = run.phase === "starting" && run.read;
    const done = isReading ? run.read.done / run.read.total : run.steps > 0 ? run.step / run.steps : 0;
    setText(this.#state, run.over ? run.outcome : isReading ? text.training.reading(run.read) : text.training.phases[run.phase]);
    this.#progress.value = done;
    this.#progress.hidden = run.over;
    setText(this.#numbers, run.steps === 0 ? "" : text.training.numbers({
      epoch: run.epoch, epochs: run.epochs, step: run.step, steps: run.steps,
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

  /** Only runs that hold images out to stop at the best moment have this one. */
  #drawValidation(run) {
    if (run.validation.length === 0) return this.#validation.root.remove();
    this.#losses.append(this.#validation.root);
    this.#validation.draw(run.validation, run.steps);
  }

  /** The same images as they were rebuilt at first and now. */
  #drawSamples(run) {
    this.#improving.hidden = !run.latest;
    if (!run.latest || run.latest === this.#shown) return;
    this.#shown = run.latest;
    const { rows } = text.training;
    const strips = [[rows.inputs, run.first.inputs], [rows.first(run.first.epoch), run.first.reconstructions]];
    if (run.latest !== run.first) strips.push([rows.now(run.latest.epoch), run.latest.reconstructions]);
    this.#improving.replaceChildren(...strips.map(([title, pictures]) => el("div", { class: "strip" },
      el("span", { class: "strip-name" }, title), el("div", { class: "strip-pictures" }, ...pictures.map(pictureCanvas)))));
  }
}
