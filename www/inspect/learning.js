/** Part 2: from the normal images to a model, with a checkpoint that outlives the page. */
import { clearMessages, say } from "../shared/messages.js";
import { Training } from "../shared/training.js";
import { text } from "../text/inspect.js";
import { methodOf } from "../pkg/methods.js";
import { frontEnd } from "../pkg/models/loader.js";
import { CHECKPOINT_FILE, newModelFile } from "./project.js";
import { BEST, WITHOUT_FRONT_END, recipeOf, requestOf, suitedRequest } from "./request.js";
import { isOwner, isTraining } from "./store.js";

export const FEWEST_NORMALS = 10;
/** So many files are looked up at a time. */
const PORTION = 100;

export class Learning {
  training;
  #store;
  #workspace;
  #client;
  #onModel;
  /** The weights in use, also when the disk has lost them. @type {Blob | null} */
  weights = null;

  /**
   * @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace
   * @param {import("../pkg/engine/client.js").EngineClient} client @param {() => void} onModel the engine holds another model
   */
  constructor(store, workspace, client, onModel) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    this.#onModel = onModel;
    this.training = new Training(store, client, (kind, sentence) => say("learn", kind, sentence));
  }

  /** Fetches what learning may need: once it is there, the page asks for nothing more. @returns {Promise<any>[]} */
  prefetch() {
    return [frontEnd(), methodOf(BEST), methodOf(WITHOUT_FRONT_END)];
  }

  /** Puts the model of the project that was opened into the engine. */
  async loadModel() {
    const { project } = this.#store.state;
    this.weights = null;
    if (!project?.model) return;
    try {
      const weights = await this.#workspace.model();
      await this.#client.loadInsisting(weights);
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
    if (isTraining(this.#store.state)) return;
    const there = this.#idsThere();
    if (there.length < FEWEST_NORMALS) return say("learn", "error", text.learn.tooFewThere(there.length));
    this.#workspace.edit((one) => { one.run = null; }, "settings");
    await this.#learn(structuredClone(project.settings), there, null);
  }

  /** Goes on with a run that was under way when the page was closed. */
  async goOn() {
    const { project } = this.#store.state;
    const { settings, trainedOn } = project.run;
    const there = new Set(this.#idsThere());
    if (!trainedOn.every((id) => there.has(id))) return say("learn", "warning", text.learn.changed);
    const checkpoint = await this.#workspace.storage.file(project.id, CHECKPOINT_FILE).catch(() => null);
    if (this.#store.state.project !== project) return;
    if (checkpoint) return this.#learn(settings, trainedOn, checkpoint);
    this.giveUp();
    say("learn", "warning", text.learn.checkpointGone, { label: text.learn.again, run: () => this.start() });
  }

  /** The run that was kept is not wanted any more. */
  giveUp() {
    this.#workspace.edit((project) => { project.run = null; }, "settings");
    this.#workspace.tidy();
  }

  /** Ends a run because the project is being left; its checkpoint stays. */
  leave() {
    const { run } = this.#store.state;
    if (run && !run.over) this.training.cancel();
  }

  async #learn(settings, trainedOn, checkpoint) {
    if (isTraining(this.#store.state)) return;
    clearMessages("learn");
    const { project, missing } = this.#store.state;
    const lost = project.normals.map((image) => image.id).filter((id) => missing.has(id));
    if (lost.length > 0) say("learn", "warning", text.learn.lost(lost.length));
    const onCheckpoint = (bytes, epoch) => this.#isHere(project) && this.#keepCheckpoint(bytes, { settings, trainedOn, epoch });
    const training = this.training.run(async (latest, onEvent) => {
      // A checkpoint of this run must not be found beside what is said of the last one.
      await this.#workspace.flush();
      const normals = await this.#blobs(project, trainedOn);
      const sight = settings.method === WITHOUT_FRONT_END ? null : await this.#frontEnd();
      const method = sight ? settings.method ?? BEST : WITHOUT_FRONT_END;
      this.training.goesBy(method);
      const request = await this.#suited(normals, requestOf(project.name, { ...settings, method }), settings);
      if (!this.#isHere(project) || this.training.isCancelling) return { cancelled: true };
      return this.#client.learn({ normals, request, checkpoint: latest, frontEnd: sight }, onEvent);
    }, { settings, method: settings.method ?? BEST, checkpoint, onCheckpoint });
    try {
      const result = await training;
      const isUsed = !result.cancelled && this.#isHere(project) && (await this.#use(result, { settings, trainedOn, lost }));
      if (!isUsed) this.#cancelled(project, result);
    } catch (error) {
      if (this.#store.state.project === project) this.#fail(project, error);
    }
  }

  /** The normal images whose files are there, in the order of their content: the same ones make the same model, in whatever order they were brought. */
  #idsThere() {
    const { project, missing } = this.#store.state;
    return project.normals.map((image) => image.id).filter((id) => !missing.has(id)).sort();
  }

  /** Whether the project is open, and changed here. */
  #isHere(project) {
    return isOwner(this.#store.state) && this.#store.state.project === project;
  }

  /** The images' files, a portion at a time, so that the page does not wait for thousands at once. */
  async #blobs(project, ids) {
    const { storage } = this.#workspace;
    const blobs = [];
    for (let from = 0; from < ids.length; from += PORTION) {
      const portion = ids.slice(from, from + PORTION);
      blobs.push(...(await Promise.all(portion.map((id) => storage.image(project.id, id).catch(() => null)))));
    }
    const lost = ids.filter((_, index) => !blobs[index]);
    if (lost.length === 0) return blobs;
    if (this.#isHere(project)) this.#store.set({ missing: new Set([...this.#store.state.missing, ...lost]) });
    throw new Error(text.learn.lostNow(lost.length));
  }

  /** The network that images are seen through; null, and a word, if it cannot be had. */
  #frontEnd() {
    return frontEnd().catch((error) => {
      say("learn", "warning", text.learn.noFrontEnd(error.message));
      return null;
    });
  }

  /** With what suits the images. Those that are kept for the limit must not be looked at before. */
  async #suited(normals, request, settings) {
    if (settings.channels !== null && settings.framing.tiles !== null) return request;
    const { sample } = await recipeOf(this.#client, normals.length, settings);
    return (await suitedRequest(this.#client, sample.map((place) => normals[place]), request, settings)).request;
  }

  /** Makes what was learnt the project's model. @returns {Promise<boolean>} false if the project was left meanwhile */
  async #use(result, { settings, trainedOn, lost }) {
    const file = newModelFile();
    const isUsed = await this.#workspace.keep(file, result.weights, (isKept) => {
      if (!isKept) this.#workspace.hold(file, result.weights);
      if (result.unreadable.length > 0) this.#tellUnreadable(result.unreadable, trainedOn);
      this.weights = result.weights;
      this.#store.set({ modelReady: true });
      this.#workspace.edit((project) => {
        project.model = {
          file, card: result.card, calibration: plain(result.calibration), bestEpoch: result.card.epochsTrained, split: result.shares, sight: plainSight(result.sight),
          ...imagesOf(result, trainedOn, lost), settings,
        };
        project.run = null;
        for (const image of project.images) Object.assign(image, { score: null, pValue: null, remark: undefined, error: undefined });
      }, "model", "images");
      this.training.end(text.learn.finished(result.stopped));
    });
    if (!isUsed) return false;
    this.#onModel();
    await this.#workspace.flush();
    this.#workspace.tidy();
    return true;
  }

  #fail(project, error) {
    if (this.training.isCancelling) return this.#cancelled(project, { cancelled: true });
    this.training.end(text.learn.failedShort);
    say("learn", "error", text.learn.failed(error.message));
    this.#onModel();
  }

  /** The run was ended, here or because another tab has taken the project: then it can go on there. */
  #cancelled(project, { cancelled }) {
    if (this.#store.state.project !== project) return;
    this.training.end(text.learn.cancelled);
    if (this.#isHere(project)) this.giveUp();
    if (!cancelled) this.loadModel(); // the engine has what was learnt
    this.#onModel();
  }

  #keepCheckpoint(bytes, { settings, trainedOn, epoch }) {
    return this.#workspace.keep(CHECKPOINT_FILE, bytes, (isKept) => {
      const { run } = this.#store.state;
      if (!run || run.over) return;
      if (!isKept) return say("learn", "warning", text.learn.noCheckpoint);
      this.#workspace.edit((project) => { project.run = { settings, trainedOn, epoch, epochs: run.epochs }; }, "settings");
    });
  }

  #tellUnreadable(unreadable, trainedOn) {
    const names = new Map(this.#store.state.project.normals.map((image) => [image.id, image.name]));
    say("learn", "warning", text.learn.unreadable(unreadable.map(({ index }) => names.get(trainedOn[index])), unreadable[0].error));
  }
}

/** The images that the model was made of, which of them it remembers, and which were left out. */
function imagesOf({ known, unreadable }, brought, lost) {
  const left = new Set(unreadable.map(({ index }) => index));
  const used = brought.map((id, index) => ({ id, index })).filter(({ index }) => !left.has(index));
  const places = new Map(used.map(({ index }, place) => [index, place]));
  return {
    trainedOn: used.map(({ id }) => id), known: known.map((index) => places.get(index)),
    leftOut: [...brought.filter((_, index) => left.has(index)), ...lost],
  };
}

/** As it can be written: typed lists as ordinary ones. */
const plain = (calibration) => ({ ...calibration, scores: [...calibration.scores] });
const plainSight = ({ pixels, trials }) => ({ pixels, trials: trials.map(({ defect, share, scores }) => ({ defect, share, scores: [...scores] })) });

/** Whether the model was made of other images, or of another part of them, than there are now. Other settings have no say. */
export function isOutdated({ model, normals, settings }) {
  if (!model) return false;
  const brought = new Set([...model.trainedOn, ...(model.leftOut ?? [])]);
  const there = new Set(normals.map((image) => image.id));
  const sameImages = normals.every((image) => brought.has(image.id)) && model.trainedOn.every((id) => there.has(id));
  // Where the command line has made the model, nothing is said of its settings.
  return !sameImages || (Boolean(model.settings) && JSON.stringify(model.settings.framing) !== JSON.stringify(settings.framing));
}
