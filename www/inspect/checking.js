/** Part 3: scores the images to check as they come in, a few at a time, so that it can stop and go on anywhere. */
import { text } from "../text/inspect.js";
import { EngineRestarted } from "./engine.js";
import { isTraining, unscored } from "./store.js";

const FIRST_CHUNK = 4; // small, so that something is seen at once
const CHUNK = 16;
/** Images of a chunk are all in the engine's memory at once; of larger ones there are fewer. */
const CHUNK_BYTES = 32 * 2 ** 20;

export class Checking {
  #store;
  #workspace;
  #detector;
  #pumping = false;
  /** Images that were in the engine when it crashed: they are tried once more, each alone. */
  #suspects = new Set();

  /** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("./engine.js").Detector} detector */
  constructor(store, workspace, detector) {
    this.#store = store;
    this.#workspace = workspace;
    this.#detector = detector;
  }

  stop() {
    this.#store.set({ scoring: { stopped: true, error: "" } });
  }

  resume() {
    this.#store.set({ scoring: { stopped: false, error: "" } });
    this.kick();
  }

  /** Scores whatever has no score yet. Does nothing if that is going on already. */
  async kick() {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let images = this.#next(); images.length > 0; images = this.#next()) await this.#score(images);
    } catch (error) {
      this.#store.set({ scoring: { stopped: true, error: text.check.failed(error.message) } });
    }
    this.#pumping = false;
  }

  #next() {
    const { state } = this.#store;
    const isIdle = !state.project || !state.modelReady || !state.engine || state.scoring.stopped || state.access !== "owner" || isTraining(state);
    if (isIdle) return [];
    const waiting = unscored(state);
    if (waiting.length > 0 && this.#suspects.has(waiting[0])) return [waiting[0]];
    return chunkOf(waiting, waiting.length === state.project.images.length ? FIRST_CHUNK : CHUNK);
  }

  async #score(images) {
    const { project } = this.#store.state;
    const { model } = project;
    const read = await Promise.all(images.map((image) => this.#workspace.image(image.id).catch(() => null)));
    const there = images.filter((_, index) => read[index]);
    try {
      const judged = there.length > 0 ? await this.#detector.score(read.filter(Boolean)) : [];
      const verdicts = new Map(there.map((image, index) => [image, judged[index]]));
      // Another project, or another model, may be there by now: then these scores mean nothing.
      if (this.#store.state.project !== project || project.model !== model) return;
      this.#workspace.edit(() => {
        for (const image of images) judge(image, verdicts.get(image) ?? { error: text.check.gone });
      }, "images");
      for (const image of images) this.#suspects.delete(image);
    } catch (error) {
      if (!(error instanceof EngineRestarted)) throw error;
      if (error.crashed) this.#suspect(there);
    }
  }

  #suspect(images) {
    const known = images.length === 1 && this.#suspects.has(images[0]);
    if (known) this.#workspace.edit(() => judge(images[0], { error: text.check.crashed }), "images");
    else images.forEach((image) => this.#suspects.add(image));
  }
}

/** As many of the first as may be in the engine at once, and at least one. */
function chunkOf(images, most) {
  let bytes = 0;
  const isFull = (image, index) => (bytes += image.bytes) > CHUNK_BYTES && index > 0;
  const end = images.slice(0, most).findIndex(isFull);
  return images.slice(0, end < 0 ? most : end);
}

/** Without a score and without a reason, the image would be asked for again for ever. */
function judge(image, { score = null, pValue = null, error = score === null ? text.check.gone : undefined }) {
  Object.assign(image, { score, pValue, error });
}
