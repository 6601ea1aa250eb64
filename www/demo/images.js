/** Step 2: the images, and having them scored. */
import { Scoring } from "../pkg/scoring.js";
import { clearMessages, say } from "../shared/messages.js";
import { text } from "../text/demo.js";
import { currentItems, isTraining } from "./store.js";

export class Images {
  #store;
  #client;
  #scoring;
  #nextId = 1;
  /** The model whose scores are missing, and where those under way belong. If the model changes, the items get new result objects: then
   * they are written in vain. @type {{ which: import("./store.js").Which, slots: any[] }} */
  #job = { which: "base", slots: [] };

  /** @param {import("./store.js").DemoStore} store @param {import("../pkg/engine/client.js").EngineClient} client */
  constructor(store, client) {
    this.#store = store;
    this.#client = client;
    this.#scoring = new Scoring({
      waiting: () => this.#waiting(),
      isFirst: (waiting) => waiting.length === currentItems(store.state).length,
      score: (items) => this.#score(items),
      done: (_, results) => this.#done(results),
      failed: (error) => {
        this.stop();
        say("images", "error", text.images.scoringFailed(error.message), { label: text.images.resume, run: () => this.resume() });
      },
      crashed: text.images.crashed,
    });
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

  /** Scores whatever has no score yet. */
  async kick() {
    await this.#scoring.kick();
    this.#store.touch("sets");
  }

  /** The model in view goes first. */
  #waiting() {
    const { state } = this.#store;
    if (!state.model || !state.engine || state.scoring.stopped || isTraining(state)) return [];
    for (const which of state.tuned ? [state.view.which, state.view.which === "base" ? "tuned" : "base"] : ["base"]) {
      const items = currentItems(state).filter((item) => !item.results[which]);
      this.#job.which = /** @type {import("./store.js").Which} */ (which);
      if (items.length > 0) return items;
    }
    return [];
  }

  #score(items) {
    const { which } = this.#job;
    this.#job = { which, slots: items.map((item) => item.results) };
    return this.#client.call("score", { images: items.map((item) => item.blob), which, pictures: true });
  }

  #done(results) {
    const { which, slots } = this.#job;
    results.forEach((result, index) => { slots[index][which] = result; });
    this.#store.touch("sets");
  }
}
