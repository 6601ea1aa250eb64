/** Part 3: scores the images to check as they come in. */
import { Scoring } from "../pkg/scoring.js";
import { text } from "../text/inspect.js";
import { isTraining, unscored } from "./store.js";

export class Checking {
  #store;
  #workspace;
  #client;
  #scoring;
  /** What the scores under way belong to. @type {{ project: any, model: any }} */
  #job = { project: null, model: null };

  /** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("../pkg/engine/client.js").EngineClient} client */
  constructor(store, workspace, client) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    this.#scoring = new Scoring({
      waiting: () => this.#waiting(),
      isFirst: (waiting) => waiting.length === store.state.project.images.length,
      bytes: (image) => image.bytes,
      score: (images) => this.#score(images),
      done: (images, results) => this.#done(images, results),
      failed: (error) => store.set({ scoring: { stopped: true, error: text.check.failed(error.message) } }),
      crashed: text.check.crashed,
    });
  }

  stop() {
    this.#store.set({ scoring: { stopped: true, error: "" } });
  }

  resume() {
    this.#store.set({ scoring: { stopped: false, error: "" } });
    this.kick();
  }

  /** Scores whatever has no score yet. */
  kick() {
    this.#scoring.kick();
  }

  #waiting() {
    const { state } = this.#store;
    const isIdle = !state.project || !state.modelReady || !state.engine || state.scoring.stopped || state.access !== "owner" || isTraining(state);
    return isIdle ? [] : unscored(state);
  }

  async #score(images) {
    const { project } = this.#store.state;
    this.#job = { project, model: project.model };
    const read = await Promise.all(images.map((image) => this.#workspace.image(image.id).catch(() => null)));
    const there = read.filter(Boolean);
    const scored = there.length > 0 ? await this.#client.call("score", { images: there, which: "base" }) : [];
    return read.map((file) => (file ? scored.shift() : { error: text.check.gone }));
  }

  #done(images, results) {
    const { project, model } = this.#job;
    // Another project, or another model, may be there by now: then these scores mean nothing.
    if (this.#store.state.project !== project || project.model !== model) return;
    this.#workspace.edit(() => images.forEach((image, index) => judge(image, results[index])), "images");
  }
}

/** Without a score and without a reason, the image would be asked for again for ever. */
function judge(image, { score = null, pValue = null, remark = undefined, error = score === null ? text.check.gone : undefined }) {
  Object.assign(image, { score, pValue, remark, error });
}
