/** Part 2: from the normal images to a model, with a checkpoint that outlives the page. */
import { clearMessages, say } from "../shared/messages.js";
import { Training } from "../shared/training.js";
import { text } from "../text/inspect.js";
import { Presets } from "./presets.js";
import { CHECKPOINT_FILE, MODEL_FILE } from "./project.js";

export const FEWEST_NORMALS = 10;
/** Images that are looked at before the training. */
const SAMPLE = 16;

export class Learning {
  training;
  presets;
  #store;
  #workspace;
  #detector;
  #onModel;
  /** The weights in use, also when the disk has lost them. @type {Blob | null} */
  weights = null;

  /**
   * @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace
   * @param {import("./engine.js").Detector} detector @param {() => void} onModel the engine holds another model
   */
  constructor(store, workspace, detector, onModel) {
    this.#store = store;
    this.#workspace = workspace;
    this.#detector = detector;
    this.#onModel = onModel;
    this.presets = new Presets(detector);
    this.training = new Training(store, detector.client, (kind, sentence) => say("learn", kind, sentence));
  }

  /** Puts the model of the project that was opened into the engine. */
  async loadModel() {
    const { project } = this.#store.state;
    this.weights = null;
    if (!project?.model) return;
    try {
      const weights = await this.#workspace.model();
      await this.#detector.load(weights);
      if (this.#store.state.project !== project) return;
      this.weights = weights;
      this.#store.set({ modelReady: true });
      this.#onModel();
    } catch (error) {
      if (this.#store.state.project === project) say("learn", "error", text.learn.modelFailed(error.message));
    }
  }

  /** Learns from all normal images anew. */
  async start() {
    const { project } = this.#store.state;
    await this.#giveUpCheckpoint();
    await this.#learn(project.settings, project.normals.map((image) => image.id), null);
  }

  /** Goes on with a run that was under way when the page was closed. */
  async goOn() {
    const { project } = this.#store.state;
    const { settings, trainedOn } = project.run;
    const there = new Set(project.normals.map((image) => image.id));
    if (!trainedOn.every((id) => there.has(id))) return say("learn", "warning", text.learn.changed);
    await this.#learn(settings, trainedOn, await this.#workspace.storage.file(project.id, CHECKPOINT_FILE));
  }

  async giveUp() {
    await this.#giveUpCheckpoint();
  }

  /** Ends a run because the project is being left; its checkpoint stays. */
  leave() {
    const { run } = this.#store.state;
    if (run && !run.over) this.training.cancel();
  }

  async #learn(settings, trainedOn, checkpoint) {
    clearMessages("learn");
    const { project } = this.#store.state;
    const isHere = () => this.#store.state.project === project;
    const name = project.name;
    const onCheckpoint = (bytes, epoch) => isHere() && this.#keepCheckpoint(bytes, { settings, trainedOn, epoch });
    const training = this.training.run(async (latest, onEvent) => {
      const normals = await Promise.all(trainedOn.map((id) => this.#workspace.image(id)));
      const { base, channels } = latest ? { base: null, channels: settings.channels } : await this.#startOf(spread(normals), settings);
      return this.#detector.learn({ normals, name, settings: { ...settings, channels }, base, checkpoint: latest }, onEvent);
    }, { settings, checkpoint, onCheckpoint });
    try {
      const result = await training;
      if (isHere()) await this.#finish(result, trainedOn, settings);
    } catch (error) {
      if (isHere()) this.#fail(error);
    }
  }

  /** What the settings leave open: the colours, and the weights to start from, null for nothing. */
  async #startOf(sample, settings) {
    const channels = settings.channels ?? ((await this.#detector.areColoured(sample)) ? 3 : 1);
    if (settings.start !== "preset") return { base: null, channels };
    const nearest = await this.presets.nearest(sample, { ...settings, channels });
    say("learn", "info", nearest ? text.learn.startsFrom(nearest.title) : text.learn.startsFromNothing);
    return { base: nearest?.weights ?? null, channels };
  }

  async #finish(result, trainedOn, settings) {
    if (result.cancelled) return this.#cancelled();
    if (result.unreadable.length > 0) this.#tellUnreadable(result.unreadable, trainedOn);
    this.weights = result.weights;
    if (!(await this.#workspace.keep(MODEL_FILE, result.weights))) this.#workspace.hold(MODEL_FILE, result.weights);
    this.#workspace.edit((project) => {
      project.model = {
        file: MODEL_FILE, card: result.card, calibration: plain(result.calibration), bestEpoch: result.card.epochsTrained, split: result.shares,
        ...knownOf(result, trainedOn), settings: structuredClone(settings),
      };
      project.run = null;
      for (const image of project.images) Object.assign(image, { score: null, pValue: null, error: undefined });
    }, "model", "images");
    await this.#workspace.discard(CHECKPOINT_FILE);
    this.#store.set({ modelReady: true });
    this.training.end(text.learn.finished(result.stopped));
    this.#onModel();
  }

  #fail(error) {
    if (this.training.isCancelling) return this.#cancelled();
    this.training.end(text.learn.failedShort);
    say("learn", "error", text.learn.failed(error.message));
    this.#onModel();
  }

  async #cancelled() {
    this.training.end(text.learn.cancelled);
    if (this.#store.state.access === "owner") await this.#giveUpCheckpoint();
    this.#onModel();
  }

  async #keepCheckpoint(bytes, { settings, trainedOn, epoch }) {
    const kept = await this.#workspace.keep(CHECKPOINT_FILE, bytes);
    const { run } = this.#store.state;
    if (!run || run.over) return;
    if (!kept) return say("learn", "warning", text.learn.noCheckpoint);
    this.#workspace.edit((project) => { project.run = { settings, trainedOn, epoch, epochs: run.epochs }; }, "settings");
  }

  async #giveUpCheckpoint() {
    this.#workspace.edit((project) => { project.run = null; }, "settings");
    await this.#workspace.discard(CHECKPOINT_FILE);
  }

  #tellUnreadable(unreadable, trainedOn) {
    const names = new Map(this.#store.state.project.normals.map((image) => [image.id, image.name]));
    say("learn", "warning", text.learn.unreadable(unreadable.map(({ index }) => names.get(trainedOn[index])), unreadable[0].error));
  }
}

/** A few images from all over the list: neighbours in a folder are often alike. @param {Blob[]} images */
function spread(images) {
  const count = Math.min(SAMPLE, images.length);
  return Array.from({ length: count }, (_, place) => images[Math.floor((place * images.length) / count)]);
}

/** The images that the model was made of, and which of them it remembers. */
function knownOf({ known, unreadable }, brought) {
  const left = new Set(unreadable.map(({ index }) => index));
  const used = brought.map((id, index) => ({ id, index })).filter(({ index }) => !left.has(index));
  const places = new Map(used.map(({ index }, place) => [index, place]));
  return { trainedOn: used.map(({ id }) => id), known: known.map((index) => places.get(index)) };
}

/** As it can be written: typed lists as ordinary ones. */
const plain = (calibration) => ({ ...calibration, scores: [...calibration.scores] });

/** Whether the model was made of other images or other settings than there are now. */
export function isOutdated({ model, normals, settings }) {
  if (!model) return false;
  const used = new Set(model.trainedOn);
  const sameImages = normals.length === used.size && normals.every((image) => used.has(image.id));
  return !sameImages || JSON.stringify(model.settings?.framing) !== JSON.stringify(settings.framing);
}
