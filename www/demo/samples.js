/**
 * The built-in test images of the data set whose model is in use. Of each class, the first images are shown and scored;
 * the others are kept for trying out the fine-tuning, so that no image is both trained on and judged.
 */
import { say } from "../shared/messages.js";
import { samplesOf } from "../pkg/models/loader.js";
import { inTurns } from "../pkg/models/sheet.js";
import { className, text } from "../text/demo.js";

/** What is shown while no model says otherwise. */
const FIRST_DATASET = "mnist";
const MOST_SHOWN_PER_CLASS = 10;
const SHARE_SHOWN = 0.4;

/**
 * @typedef {{ name: string, blob: Blob }} NamedBlob
 * @typedef {object} Samples
 * @property {string} dataset
 * @property {string[]} classes
 * @property {string} terms
 * @property {NamedBlob[]} shown
 * @property {(name: string) => NamedBlob[]} training images of a class that are not shown
 */

export class BuiltIn {
  #store;
  #images;
  #wanted = "";

  /** @param {import("./store.js").DemoStore} store @param {import("./images.js").Images} images */
  constructor(store, images) {
    this.#store = store;
    this.#images = images;
  }

  /**
   * Shows the images that suit a model: those of its data set, if the page has them; else those that are there.
   * @param {string} dataset on the model's card, or nothing if there is no model
   */
  async showFor(dataset) {
    const offered = (this.#store.state.manifest ?? []).some((entry) => entry.card.data.dataset === dataset);
    const wanted = offered ? dataset : this.#wanted || FIRST_DATASET;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#replace(null);
    try {
      const samples = cut(await samplesOf(wanted));
      if (wanted === this.#wanted) this.#replace(samples);
    } catch {
      if (wanted !== this.#wanted) return;
      this.#wanted = "";
      say("images", "warning", text.samples.missing);
    }
  }

  /** Normal images that came from another data set leave with it. @param {Samples | null} samples */
  #replace(samples) {
    const { normals } = this.#store.state;
    this.#store.set({ samples });
    if (!samples) this.#store.set({ normals: normals.filter((image) => !image.isBuiltIn) });
    this.#images.replaceBuiltIn(samples?.shown ?? []);
  }
}

/** @param {import("../pkg/models/sheet.js").Sheet} sheet @returns {Samples} */
function cut({ dataset, classes, terms, cells, blob }) {
  const shownCount = (name) => Math.min(MOST_SHOWN_PER_CLASS, Math.ceil(cells.get(name).length * SHARE_SHOWN));
  const named = (name, from, to) => cells.get(name).slice(from, to)
    .map((cell, index) => ({ name: text.samples.name(className(dataset, name), from + index + 1), blob: blob(cell), isBuiltIn: true }));
  return {
    dataset, classes, terms,
    shown: inTurns(classes.map((name) => named(name, 0, shownCount(name)))),
    training: (name) => named(name, shownCount(name)),
  };
}
