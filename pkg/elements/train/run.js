/**
 * One training from nothing: steps as fast as the processor allows, or one at a time, and a look at what the networks can
 * do by now whenever that costs little beside the steps.
 */
import { areaUnder, rocPoints, thinned } from "../../rules.js";

/** Steps of one call, so that a press of "Pause" is felt at once. */
const CALL_MS = 150;
/** A look may take this share of the time. */
const LOOK_SHARE = 0.2;
const SLOW_MS = 1000;
/** Curves finer than this cannot be seen. */
const MOST_POINTS = 400;

/**
 * @typedef {{ adversarial: number, contextual: number, encoder: number, generator: number, discriminator: number }} Losses
 * @typedef {Record<"adversarial" | "contextual" | "encoder", number>} Weights of the generator's losses
 * @typedef {{ reconstruction: any, difference: any }} Rebuilt pictures of x′ and |x − x′|
 * @typedef {{ step: number, normal: number[], anomalous: number[], normalPictures: Rebuilt[], anomalousPictures: Rebuilt[], auc: number }} Look
 * @typedef {{ training: Blob[], normal: Blob[], anomalous: Blob[] }} Images
 */

export class Run {
  /** @type {{ step: number, losses: Losses }[]} */
  points = [];
  /** @type {{ step: number, auc: number }[]} */
  aucs = [];
  /** @type {Look | null} */
  look = null;
  step = 0;
  /** Of the losses of the newest step. @type {Weights} */
  weights;
  /** Steps before which the weights changed. @type {number[]} */
  changes = [];
  /** @type {Weights | null} to count from the next step on */
  #newWeights = null;
  #client;
  #tell;
  #experiment = "";
  #isOver = false;
  #isPlaying = false;
  #isSlow = false;
  #isSeen = true;
  #isAtWork = false;
  /** Single steps asked for. */
  #owed = 0;
  #stepsOfCall = 1;
  #lookMs = 0;
  #lookedAt = 0;

  /**
   * @param {import("../../engine/client.js").EngineClient} client
   * @param {{ steps: (losses: Losses[]) => void, look: (look: Look) => void, failed: (error: Error) => void }} tell
   */
  constructor(client, tell) {
    this.#client = client;
    this.#tell = tell;
  }

  /** Networks with random weights, and a first look at them. @param {Images} images */
  async begin(settings, images) {
    this.weights = settings.settings.lossWeights;
    const { experiment } = await this.#client.call("experimentStart", { settings, ...images });
    this.#experiment = experiment;
    if (this.#isOver) return this.#release();
    await this.#work();
  }

  get isPlaying() { return this.#isPlaying; }

  play() {
    this.#isPlaying = true;
    this.#work();
  }

  pause() { this.#isPlaying = false; }

  /** One step a second, with a look after each. @param {boolean} isSlow */
  slow(isSlow) { this.#isSlow = isSlow; }

  /** Goes on only while somebody can see it. @param {boolean} isSeen */
  seen(isSeen) {
    this.#isSeen = isSeen;
    this.#work();
  }

  /** One step, and a look. */
  one() {
    this.pause();
    this.#owed += 1;
    this.#work();
  }

  /** Weighs the losses differently from the next step on. @param {Weights} weights */
  weigh(weights) { this.#newWeights = { ...weights }; }

  /** The networks are of no more use; what is under way ends without a word. */
  end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release();
  }

  get #owes() { return !this.#isOver && (this.#owed > 0 || this.look?.step !== this.step); }

  get #goesOn() { return this.#isPlaying && this.#isSeen && !this.#isOver; }

  #release() {
    const experiment = this.#experiment;
    this.#experiment = "";
    // Where the engine is gone, so is the experiment.
    if (experiment) this.#client.call("experimentEnd", { experiment }).catch(() => {});
  }

  #do(act, value) {
    return this.#client.call("experimentDo", { experiment: this.#experiment, act, value });
  }

  async #work() {
    if (this.#isAtWork || !this.#experiment) return;
    this.#isAtWork = true;
    try {
      while (this.#goesOn || this.#owes) await this.#next();
    } catch (error) {
      this.#isPlaying = false;
      if (!this.#isOver) this.#tell.failed(error);
    } finally {
      this.#isAtWork = false;
    }
  }

  /** What is due: a step asked for, the next steps, or the look at the end. */
  async #next() {
    if (this.#owed > 0) await this.#singleStep();
    else if (!this.#goesOn) await this.#takeLook();
    else await (this.#isSlow ? this.#slowStep() : this.#fastSteps());
  }

  async #singleStep() {
    this.#owed -= 1;
    await this.#steps(1);
    await this.#takeLook();
  }

  async #slowStep() {
    const begun = performance.now();
    await this.#steps(1);
    await this.#takeLook();
    await new Promise((resolve) => { setTimeout(resolve, SLOW_MS - (performance.now() - begun)); });
  }

  async #fastSteps() {
    const begun = performance.now();
    await this.#steps(this.#stepsOfCall);
    const took = performance.now() - begun;
    this.#stepsOfCall = Math.min(Math.max(Math.round((this.#stepsOfCall * CALL_MS) / took), 1), 2 * this.#stepsOfCall);
    if (performance.now() - this.#lookedAt > this.#lookMs / LOOK_SHARE) await this.#takeLook();
  }

  async #steps(count) {
    if (this.#newWeights) await this.#changeWeights(this.#newWeights);
    const losses = await this.#do("step", count);
    if (this.#isOver) return;
    this.points.push(...losses.map((one, index) => ({ step: this.step + index + 1, losses: one })));
    this.points = thinned(this.points, MOST_POINTS);
    this.step += losses.length;
    this.#tell.steps(losses);
  }

  async #changeWeights(lossWeights) {
    this.#newWeights = null;
    await this.#do("set", { lossWeights });
    this.weights = lossWeights;
    if (this.step > 0) this.changes.push(this.step);
  }

  async #takeLook() {
    if (this.#isOver) return;
    const begun = performance.now();
    const look = await this.#do("look");
    if (this.#isOver) return;
    this.#lookedAt = performance.now();
    this.#lookMs = this.#lookedAt - begun;
    this.look = { ...look, auc: areaUnder(rocPoints(look)) };
    this.aucs = thinned([...this.aucs, { step: look.step, auc: this.look.auc }], MOST_POINTS);
    this.#tell.look(this.look);
  }
}
