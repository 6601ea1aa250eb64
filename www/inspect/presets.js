/** Which of the shipped models to start from: the one that rebuilds the normal images best, if any does it well. */
import { text } from "../text/inspect.js";

const FOLDER = new URL("../weights/", import.meta.url);
/**
 * Errors of this share of the image's contrast or more: the model knows other images, and nothing is a better start. Models
 * reach 0.10 to 0.48 on images of their own kind, 0.6 to 2.7 on others.
 */
const UNFAMILIAR = 0.5;

export class Presets {
  #detector;
  /** @type {Promise<any[]> | null} */
  #manifest = null;
  /** @type {Map<string, Promise<Blob>>} */
  #weights = new Map();

  /** @param {import("./engine.js").Detector} detector */
  constructor(detector) {
    this.#detector = detector;
  }

  /** Fetches what may be needed while the page loads: once it is there, it asks for nothing more. */
  async prefetch() {
    await Promise.all((await this.#candidates()).map((entry) => this.#fetch(entry).catch(() => {})));
  }

  /**
   * @param {Blob[]} sample some normal images @param {import("./project.js").Settings} settings
   * @returns {Promise<{ title: string, weights: Blob } | null>} null if none is near, or none can be had
   */
  async nearest(sample, settings) {
    const candidates = (await this.#candidates()).filter(({ card }) => suits(card, settings));
    const models = (await Promise.all(candidates.map(async (entry) => ({ entry, weights: await this.#fetch(entry).catch(() => null) })))).filter(({ weights }) => weights);
    if (models.length === 0) return null;
    const found = await this.#detector.unfamiliarity(models.map(({ weights }) => weights), sample, settings);
    const best = found.indexOf(Math.min(...found));
    const { entry, weights } = models[best];
    return found[best] < UNFAMILIAR ? { title: titleOf(entry), weights } : null;
  }

  /** One model of each data set: those of the same data set are alike in what they can rebuild. */
  async #candidates() {
    this.#manifest ??= fetch(new URL("manifest.json", FOLDER)).then(async (response) => {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return (await response.json()).models;
    });
    const models = await this.#manifest.catch(() => {
      this.#manifest = null;
      return [];
    });
    const first = new Map();
    for (const entry of models) {
      if (entry.card.method === "ganomaly" && !first.has(entry.card.data.dataset)) first.set(entry.card.data.dataset, entry);
    }
    return [...first.values()];
  }

  #fetch(entry) {
    const known = this.#weights.get(entry.id);
    if (known) return known;
    const fetched = fetch(new URL(entry.file, FOLDER)).then((response) => {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return response.blob();
    });
    this.#weights.set(entry.id, fetched);
    fetched.catch(() => this.#weights.delete(entry.id));
    return fetched;
  }
}

const suits = ({ model }, { size, channels }) => (size ?? model.size) === model.size && (channels ?? model.channels) === model.channels;
const titleOf = ({ card }) => text.learn.presetTitles[card.data.dataset] ?? card.data.dataset;
