/**
 * Networks that are trained step by step, for lessons. Several may be under way; each step is short, so that they take
 * turns.
 */
import { text } from "../text.js";
import { bytesOf } from "../bytes.js";

export class Experiments {
  /** @type {Map<string, any>} */
  #running = new Map();
  #next = 1;

  /**
   * @param {any} engine
   * @param {{ settings: any, training: Blob[], normal: Blob[], anomalous: Blob[] }} params see src/experiment.rs
   * @returns {Promise<{ experiment: string, card: any }>} its name for the other calls
   */
  async start(engine, { settings, training, normal, anomalous }) {
    const images = await Promise.all([training, normal, anomalous].map(readAll));
    const experiment = `${this.#next++}`;
    this.#running.set(experiment, engine.experiment(settings, ...images));
    return { experiment, card: this.get(experiment).card() };
  }

  /** @param {string} experiment */
  get(experiment) {
    const found = this.#running.get(experiment);
    if (!found) throw new Error(text.engine.experimentGone);
    return found;
  }

  /** @param {string} experiment */
  end(experiment) {
    this.#running.get(experiment)?.free();
    this.#running.delete(experiment);
  }
}

const readAll = (images) => Promise.all(images.map(bytesOf));
