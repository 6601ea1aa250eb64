/** Step 2: the images and the loop that scores them, a few at a time, so that it can stop and resume anywhere. */
import { EngineRestarted } from "../pkg/engine/client.js";
import { clearMessages, say } from "../shared/messages.js";
import { text } from "../text/demo.js";
import { currentItems, isTraining } from "./store.js";

const FIRST_CHUNK = 4; // small, so that something is seen at once
const CHUNK = 16;

export class Images {
  #store;
  #client;
  #nextId = 1;
  #pumping = false;
  /** Images that were in the engine when it crashed: they are tried once more, each alone. */
  #suspects = new Set();

  /** @param {import("./store.js").DemoStore} store @param {import("../pkg/engine/client.js").EngineClient} client */
  constructor(store, client) {
    this.#store = store;
    this.#client = client;
  }

  /**
   * Adds images to a set, shows that set and scores it.
   * @param {import("./store.js").SetName} set
   * @param {{ name: string, blob: Blob }[]} images
   */
  add(set, images) {
    const { sets, scoring } = this.#store.state;
    this.#store.set({ sets: { ...sets, [set]: [...sets[set], ...this.#unscored(images)] }, scoring: { ...scoring, stopped: false } });
    this.#store.setView({ set, filter: "all", selected: null });
    this.kick();
  }

  /** Other built-in images: those of another data set. What is in view stays in view. @param {{ name: string, blob: Blob }[]} images */
  replaceBuiltIn(images) {
    const { sets, scoring } = this.#store.state;
    this.#store.set({ sets: { ...sets, builtin: this.#unscored(images) }, scoring: { ...scoring, stopped: false } });
    this.#store.setView({ selected: null });
    this.kick();
  }

  #unscored(images) {
    return images.map((image) => ({ id: this.#nextId++, ...image, results: { base: null, tuned: null } }));
  }

  /** What a picker, a drop or the clipboard gave; says what was left out. */
  addOwn({ images, leftOut }) {
    clearMessages("images");
    if (images.length === 0) say("images", "warning", text.images.nothingFound);
    else if (leftOut > 0) say("images", "info", text.images.leftOut(leftOut));
    if (images.length > 0) this.add("own", images);
  }

  /** Forgets the visitor's own images. */
  clearOwn() {
    this.#store.set({ sets: { ...this.#store.state.sets, own: [] } });
    this.#store.setView({ filter: "all", selected: null });
  }

  /** Forgets the scores of one model, or of both, because it is another model now. */
  forgetScores(...which) {
    const gone = Object.fromEntries(which.map((name) => [name, null]));
    for (const item of Object.values(this.#store.state.sets).flat()) item.results = { ...item.results, ...gone };
    this.#store.touch("sets");
  }

  stop() {
    this.#store.set({ scoring: { ...this.#store.state.scoring, stopped: true } });
  }

  resume() {
    this.#store.set({ scoring: { ...this.#store.state.scoring, stopped: false } });
    this.kick();
  }

  /** Scores whatever has no score yet. Does nothing if that is going on already. */
  async kick() {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let job = this.#next(); job; job = this.#next()) await this.#scoreChunk(job);
    } catch (error) {
      this.stop();
      say("images", "error", text.images.scoringFailed(error.message), { label: text.images.resume, run: () => this.resume() });
    }
    this.#pumping = false;
    this.#store.touch("sets");
  }

  /** The model in view goes first. */
  #next() {
    const { state } = this.#store;
    if (!state.model || !state.engine || state.scoring.stopped || isTraining(state)) return null;
    const order = state.tuned ? [state.view.which, state.view.which === "base" ? "tuned" : "base"] : ["base"];
    for (const which of order) {
      const items = currentItems(state).filter((item) => !item.results[which]);
      if (items.length === 0) continue;
      const size = items.length === currentItems(state).length ? FIRST_CHUNK : CHUNK;
      return { which, items: this.#suspects.has(items[0]) ? [items[0]] : items.slice(0, size) };
    }
    return null;
  }

  async #scoreChunk({ which, items }) {
    // If the model changes meanwhile, the items get new result objects and these are written in vain.
    const slots = items.map((item) => item.results);
    try {
      const results = await this.#client.call("score", { images: items.map((item) => item.blob), which, pictures: true });
      results.forEach((result, index) => { slots[index][which] = result; });
      items.forEach((item) => this.#suspects.delete(item));
    } catch (error) {
      if (!(error instanceof EngineRestarted)) throw error;
      if (error.crashed) this.#suspect(items, slots, which);
    }
    this.#store.touch("sets");
  }

  #suspect(items, slots, which) {
    const known = items.length === 1 && this.#suspects.has(items[0]);
    if (known) slots[0][which] = { error: text.images.crashed };
    else items.forEach((item) => this.#suspects.add(item));
  }
}
