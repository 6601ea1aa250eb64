/**
 * <ganomaly-train>: networks with random weights learn digits before the eyes of the visitor: what becomes of normal digits
 * and of anomalies, the losses, and the scores of both drifting apart.
 */
import { GanomalyElement, define } from "./element.js";
import { engine } from "../engine/shared.js";
import { samplesOf } from "./presets.js";
import { controls } from "./train/controls.js";
import { filesOf, split } from "./train/images.js";
import { Run } from "./train/run.js";
import { CHART_STYLE } from "../charts/style.js";
import { TRAIN_STYLE } from "./train/style.js";
import { View } from "./train/view.js";
import { el, setText } from "../dom.js";

const DIGITS = [..."0123456789"];
/** Small enough to learn digits in seconds on a CPU. */
const NETWORK = { channels: 1, features: 8, batchSize: 8, learningRate: 0.004 };

export class GanomalyTrain extends GanomalyElement {
  static observedAttributes = [...GanomalyElement.observedAttributes, "size", "nz", "adversarial", "contextual", "encoder", "controls"];

  /** @type {import("./train/controls.js").Chosen | null} nothing if an attribute is wrong */
  #chosen = null;
  /** @type {import("../models/sheet.js").Sheet | null} */
  #sheet = null;
  #cells = { training: [], normal: [], anomalous: [] };
  /** @type {View} */
  #view;
  /** @type {Run | null} */
  #run = null;
  /** @type {Run | null} the run before, for comparison */
  #before = null;
  #isPlaying = false;
  #isSlow = false;
  #play = el("button", { class: "primary play", type: "button", onclick: () => (this.#isPlaying ? this.pause() : this.play()) });
  #slow = el("button", { type: "button", "aria-pressed": "false", onclick: () => this.slow(!this.#isSlow) });
  #status = el("span", { class: "status" });
  #spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });

  styles() { return [CHART_STYLE, TRAIN_STYLE]; }

  // What a page may call, as the buttons do.

  play() { this.#setPlaying(true); }

  pause() { this.#setPlaying(false); }

  /** One step of training. */
  step() {
    this.#setPlaying(false);
    this.#run?.one();
  }

  /** One step a second, or as fast as it can. @param {boolean} isSlow */
  slow(isSlow) {
    this.#isSlow = isSlow;
    this.#slow.setAttribute("aria-pressed", String(isSlow));
    this.#run?.slow(isSlow);
  }

  /** Throws the networks away and begins with new ones, from the same seed. */
  anew() { return this.attempt(() => this.#anew()); }

  // What the element does.

  draw(body) {
    body.replaceChildren();
    this.#before = null;
    this.#setPlaying(false);
    this.#chosen = null;
    this.#chosen = this.#attributes();
    const text = this.text.train;
    this.#view = new View(text);
    setText(this.#slow, text.slow);
    const buttons = el("div", { class: "row" }, this.#play, el("button", { type: "button", onclick: () => this.step() }, text.step), this.#slow,
      el("button", { type: "button", onclick: () => this.anew() }, text.anew), this.#status);
    const settings = this.hasAttribute("controls") ? [controls(text, this.#chosen, { weights: () => this.#run?.weigh(this.#chosen.weights), networks: () => this.anew() })] : [];
    body.append(buttons, this.#view.root, ...settings, this.#spoken);
    this.#showInputs();
    this.#showStep(0);
  }

  async begin() {
    if (!this.#chosen) return;
    const { signal } = this.life;
    const sheet = await samplesOf("mnist", this.text);
    if (signal.aborted) return;
    this.#sheet = sheet;
    this.#showInputs();
    await this.#anew();
  }

  visible(isVisible) { this.#run?.seen(isVisible); }

  async #anew() {
    const { signal } = this.life;
    const client = await engine();
    if (signal.aborted || !this.#sheet || !this.#chosen) return;
    if (this.#run?.step > 0) this.#before = this.#run;
    this.#run?.end();
    this.#showInputs();
    this.#showStep(0);
    this.say("");
    const run = this.#newRun(client);
    signal.addEventListener("abort", () => this.#forget(run));
    await run.begin(this.#settings(), filesOf(this.#sheet, this.#cells));
  }

  #newRun(client) {
    const run = new Run(client, {
      steps: (losses) => this.#stepped(losses),
      look: (look) => this.#looked(look),
      failed: (error) => this.#failed(error),
    });
    this.#run = run;
    run.slow(this.#isSlow);
    run.seen(this.isVisible);
    if (this.#isPlaying) run.play();
    this.#view.losses(run, this.#before);
    this.#view.auc(run, this.#before);
    return run;
  }

  #forget(run) {
    run.end();
    if (this.#run === run) this.#run = null;
  }

  #attributes() {
    const weight = (name, otherwise) => this.number(name, { low: 0, high: 1000, otherwise });
    return {
      anomaly: this.word("anomaly", DIGITS),
      seed: this.seed,
      size: Number(this.word("size", ["16", "32"], "32")),
      latentSize: this.number("nz", { low: 1, high: 256, otherwise: 32, whole: true }),
      weights: { adversarial: weight("adversarial", 1), contextual: weight("contextual", 50), encoder: weight("encoder", 1) },
    };
  }

  #settings() {
    const { seed, size, latentSize, weights } = this.#chosen;
    return { ...NETWORK, seed, size, latentSize, settings: { lossWeights: { ...weights } } };
  }

  #setPlaying(isPlaying) {
    this.#isPlaying = isPlaying;
    if (isPlaying) this.#run?.play();
    else this.#run?.pause();
    setText(this.#play, isPlaying ? this.text.train.pause : this.text.train.play);
  }

  #showInputs() {
    const { anomaly } = this.#chosen;
    if (this.#sheet) this.#cells = split(this.#sheet, anomaly);
    this.#view.inputs(this.#sheet, this.#cells, anomaly);
  }

  #showStep(step) {
    const seen = this.#cells.training.length ? (step * NETWORK.batchSize) / this.#cells.training.length : 0;
    setText(this.#status, this.text.train.status(step, Math.floor(seen)));
  }

  #stepped(losses) {
    this.#showStep(this.#run.step);
    this.#view.losses(this.#run, this.#before);
    this.tell("step", { step: this.#run.step, losses });
  }

  #looked(look) {
    this.#view.look(this.#run, this.#before);
    const { step, normal, anomalous, auc } = look;
    // While it runs, a voice would never come to an end.
    if (!this.#isPlaying) setText(this.#spoken, this.text.train.spoken(step, auc));
    this.tell("look", { step, normal, anomalous, auc });
  }

  #failed(error) {
    this.#setPlaying(false);
    this.fail(error);
  }
}

define("ganomaly-train", GanomalyTrain);
