/** Explanations of images, worked out by the engine one at a time, the latest kept. */
import { isTraining } from "../store.js";

const MOST_KEPT = 24;

export class Explanations {
  #store;
  #workspace;
  #client;
  /** @type {Map<string, any>} */
  #kept = new Map();
  #model = null;

  /** @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace @param {import("../../pkg/engine/client.js").EngineClient} client */
  constructor(store, workspace, client) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    store.watch(["project", "model"], ({ project }) => {
      if ((project?.model ?? null) === this.#model) return;
      this.#model = project?.model ?? null;
      this.#kept.clear();
    });
  }

  /** Why none can be had now. @returns {"" | "model" | "training"} */
  get obstacle() {
    const { state } = this.#store;
    if (isTraining(state)) return "training";
    return state.modelReady && state.engine ? "" : "model";
  }

  /** @param {string} id @returns {any} what is known already */
  known(id) {
    return this.#kept.get(id);
  }

  /** @param {string} id of an image @returns {Promise<any>} see Explanation in src/explanation.rs */
  async of(id) {
    const known = this.#kept.get(id);
    if (known) return known;
    const model = this.#model;
    const explained = await this.#client.call("explain", { image: await this.#workspace.image(id), which: "base" });
    if (explained.error !== undefined) throw new Error(explained.error);
    if (model === this.#model) this.#keep(id, explained);
    return explained;
  }

  #keep(id, explained) {
    this.#kept.set(id, explained);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
  }
}
