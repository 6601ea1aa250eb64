/** Step 3: fine-tuning on normal images, from the start button to the tuned model. */
import { EngineRestarted } from "../engine/client.js";
import { announce, clearMessages, say } from "../shared/messages.js";
import { text } from "../text/demo.js";
import { offerToSave, readWeights, saveTuned } from "./models.js";
import { isTraining } from "./store.js";

const FEWEST_IMAGES = 2;
const MOST_POINTS = 800;
const CANCEL_GRACE_MS = 4000;
const MOST_RESTARTS = 2;
export const LOSSES = ["adversarial", "contextual", "encoder", "discriminator"];

export class Tuning {
  #store;
  #client;
  #images;
  #checkpoint = null;

  /** @param {import("./store.js").DemoStore} store @param {import("../engine/client.js").EngineClient} client @param {import("./images.js").Images} images */
  constructor(store, client, images) {
    this.#store = store;
    this.#client = client;
    this.#images = images;
  }

  /** @param {{ images: { name: string, blob: Blob }[], leftOut: number }} found */
  addNormals({ images, leftOut }) {
    clearMessages("tune");
    if (images.length === 0) return say("tune", "warning", text.images.nothingFound);
    if (leftOut > 0) say("tune", "info", text.images.leftOut(leftOut));
    this.#store.set({ normals: [...this.#store.state.normals, ...images] });
  }

  clearNormals() {
    this.#store.set({ normals: [] });
  }

  /** @param {{ epochs: number, batchSize: number, learningRate: number, seed: number, fromScratch: boolean }} settings */
  async start(settings) {
    const { state } = this.#store;
    clearMessages("tune");
    if (!state.model) return say("tune", "error", text.tuning.noModel);
    if (!state.engine) return say("tune", "error", text.engine.notStarted);
    if (state.normals.length < FEWEST_IMAGES) return say("tune", "error", text.tuning.tooFew(state.normals.length));
    this.#checkpoint = null;
    this.#store.set({ run: newRun(settings) });
    try {
      this.#finish(await this.#train(state.normals.map((image) => image.blob), settings));
    } catch (error) {
      if (state.run.phase === "cancelling") this.#end(text.tuning.cancelled);
      else {
        this.#end(text.tuning.failedShort);
        say("tune", "error", text.tuning.failed(error.message));
      }
    }
    this.#images.kick();
  }

  pause() {
    this.#client.control("pause");
    this.#patch({ phase: "paused" });
  }

  resume() {
    this.#client.control("resume");
    this.#patch({ phase: "running" });
  }

  /** Ends the run and keeps what was learnt. */
  stop() {
    this.#client.control("stop");
    this.#patch({ phase: "stopping" });
  }

  /** Ends the run and keeps the model as it was before. */
  cancel() {
    const { run } = this.#store.state;
    this.#client.control("cancel");
    this.#patch({ phase: "cancelling" });
    setTimeout(() => {
      if (this.#store.state.run === run && !run.over) this.#client.replace();
    }, CANCEL_GRACE_MS);
  }

  /** @param {File} file a tuned model that was saved earlier */
  async open(file) {
    clearMessages("tune");
    if (!this.#store.state.model) return say("tune", "error", text.tuning.noModel);
    try {
      const blob = await readWeights(file);
      const { card, calibration } = await this.#client.loadTuned(blob);
      this.#accept({ card, blob, saved: true }, calibration);
      this.#store.set({ run: null });
      this.#images.kick();
      say("tune", "info", text.tuning.opened(file.name));
    } catch (error) {
      say("tune", "error", text.tuning.openFailed(file.name, error.message));
    }
  }

  /** Downloads the tuned model. */
  save() {
    saveTuned(this.#store.state.tuned);
  }

  /** Goes on from the last checkpoint if the worker dies. */
  async #train(images, settings) {
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.#client.fineTune({ images, settings, checkpoint: this.#checkpoint }, (event) => this.#onEvent(event));
      } catch (error) {
        const hopeless = !(error instanceof EngineRestarted) || restarts === MOST_RESTARTS;
        if (hopeless || this.#store.state.run.phase === "cancelling") throw error;
        say("tune", "warning", this.#checkpoint ? text.tuning.resumed(this.#store.state.run.epochsDone) : text.tuning.restarted);
      }
    }
  }

  #onEvent(event) {
    const { run } = this.#store.state;
    const handlers = {
      started: () => this.#started(event),
      step: () => addStep(run, event),
      epoch: () => announce(text.tuning.epochDone(event.epoch, run.epochs)),
      samples: () => Object.assign(run, { first: run.first ?? event, latest: event }),
      discriminatorReset: () => { run.resets += 1; },
      checkpoint: () => {
        this.#checkpoint = event.bytes;
        run.epochsDone = event.epoch;
      },
    };
    handlers[event.type]?.();
    this.#store.touch("run");
  }

  #started({ epochs, stepsPerEpoch, images, batchSize, firstEpoch }) {
    const { run } = this.#store.state;
    if (batchSize < run.settings.batchSize) say("tune", "info", text.tuning.batchReduced(images, batchSize));
    // What was asked for while the engine was being replaced has to reach the new run as well.
    if (run.phase === "paused") this.#client.control("pause");
    else if (run.phase === "stopping") this.#client.control("stop");
    else if (run.phase === "starting") run.phase = "running";
    Object.assign(run, {
      epochs, images, batchSize, epoch: firstEpoch + 1, step: firstEpoch * stepsPerEpoch, steps: epochs * stepsPerEpoch,
      imagesPerSecond: 0, secondsLeft: NaN,
    });
  }

  #finish(result) {
    if (result.cancelled) return this.#end(text.tuning.cancelled);
    if (result.unreadable.length > 0) {
      const names = result.unreadable.map(({ index }) => this.#store.state.normals[index].name);
      say("tune", "warning", text.tuning.unreadable(names, result.unreadable[0].error));
    }
    this.#end(text.tuning.finished(result.stopped, result.heldOut));
    this.#accept({ card: result.card, blob: result.weights, saved: false }, result.calibration);
  }

  #accept(tuned, calibration) {
    offerToSave(this.#store.state.tuned, "tune");
    this.#store.set({ tuned, calibration: { ...this.#store.state.calibration, tuned: calibration } });
    this.#store.setView({ which: "tuned" });
    this.#images.forgetScores("tuned");
  }

  #end(outcome) {
    this.#patch({ over: true, phase: "over", outcome });
    announce(outcome);
  }

  #patch(fields) {
    Object.assign(this.#store.state.run, fields);
    this.#store.touch("run");
  }
}

/** Whether leaving the page now would lose something. */
export function hasUnsavedWork(state) {
  return isTraining(state) || (state.tuned !== null && !state.tuned.saved);
}

function newRun(settings) {
  return {
    settings, phase: "starting", over: false, outcome: "",
    epochs: settings.epochs, epoch: 0, epochsDone: 0, step: 0, steps: 0, images: 0, batchSize: settings.batchSize,
    imagesPerSecond: 0, secondsLeft: NaN, resets: 0, first: null, latest: null,
    points: /** @type {{ step: number, losses: any }[]} */ ([]),
  };
}

function addStep(run, { epoch, step, steps, losses, imagesPerSecond, secondsLeft }) {
  Object.assign(run, { epoch, step, steps, imagesPerSecond, secondsLeft });
  // After a resumption some steps come again.
  while (run.points.length > 0 && run.points.at(-1).step >= step) run.points.pop();
  run.points.push({ step, losses });
  if (run.points.length > MOST_POINTS) run.points = run.points.filter((_, index) => index % 2 === 0 || index === run.points.length - 1);
}
