/** Step 3: fine-tuning on normal images, from the start button to the tuned model. */
import { clearMessages, say } from "../shared/messages.js";
import { Training } from "../shared/training.js";
import { text } from "../text/demo.js";
import { offerToSave, readWeights, saveTuned } from "./models.js";
import { isTraining } from "./store.js";

const FEWEST_IMAGES = 2;

export class Tuning {
  training;
  #store;
  #client;
  #images;

  /** @param {import("./store.js").DemoStore} store @param {import("../pkg/engine/client.js").EngineClient} client @param {import("./images.js").Images} images */
  constructor(store, client, images) {
    this.#store = store;
    this.#client = client;
    this.#images = images;
    this.training = new Training(store, client, (kind, sentence) => say("tune", kind, sentence));
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
    const images = state.normals.map((image) => image.blob);
    try {
      this.#finish(await this.training.run(
        (checkpoint, onEvent) => this.#client.fineTune({ images, settings, checkpoint }, onEvent), { settings, method: state.model.card.method }));
    } catch (error) {
      if (this.training.isCancelling) this.training.end(text.tuning.cancelled);
      else {
        this.training.end(text.tuning.failedShort);
        say("tune", "error", text.tuning.failed(error.message));
      }
    }
    this.#images.kick();
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

  #finish(result) {
    if (result.cancelled) return this.training.end(text.tuning.cancelled);
    if (result.unreadable.length > 0) {
      const names = result.unreadable.map(({ index }) => this.#store.state.normals[index].name);
      say("tune", "warning", text.tuning.unreadable(names, result.unreadable[0].error));
    }
    this.training.end(text.tuning.finished(result.stopped, result.shares.calibration));
    this.#accept({ card: result.card, blob: result.weights, saved: false }, result.calibration);
  }

  #accept(tuned, calibration) {
    offerToSave(this.#store.state.tuned, "tune");
    this.#store.set({ tuned, calibration: { ...this.#store.state.calibration, tuned: calibration } });
    this.#store.setView({ which: "tuned", rate: promised(calibration, this.#store.state.view.rate) });
    this.#images.forgetScores("tuned");
  }
}

/** A rate in per cent that the held-out images can promise: the one that was chosen, if they can. */
function promised({ thresholds }, rate) {
  const possible = thresholds.findIndex((threshold, candidate) => candidate >= rate && Number.isFinite(threshold));
  return possible < 0 ? rate : possible;
}

/** Whether leaving the page now would lose something. */
export function hasUnsavedWork(state) {
  return isTraining(state) || (state.tuned !== null && !state.tuned.saved);
}
