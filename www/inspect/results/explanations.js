/** Explanations of images, worked out by the engine one at a time, the latest kept. */
import { isTraining } from "../store.js";
import { rateOf, thresholdAt } from "./ruling.js";

const MOST_KEPT = 24;

export class Explanations {
  #store;
  #workspace;
  #client;
  /** @type {Map<string, any>} */
  #kept = new Map();
  #model = null;
  /** The score that odd images are above. @type {number | null} */
  #limit = null;

  /** @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace @param {import("../../pkg/engine/client.js").EngineClient} client */
  constructor(store, workspace, client) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    store.watch(["project", "model", "settings"], ({ project }) => {
      const [model, limit] = project?.model ? [project.model, thresholdAt(project.model.calibration, rateOf(project))] : [null, null];
      if (model === this.#model && limit === this.#limit) return;
      this.#model = model;
      this.#limit = limit;
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
    const [model, limit] = [this.#model, this.#limit];
    const explained = await this.#client.call("explain", { image: await this.#workspace.image(id), which: "base", limit });
    if (explained.error !== undefined) throw new Error(explained.error);
    if (model === this.#model && limit === this.#limit) this.#keep(id, explained);
    return explained;
  }

  #keep(id, explained) {
    this.#kept.set(id, explained);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
  }
}
