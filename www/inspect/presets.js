/** Which of the shipped models to start from: the one to which the normal images are normal already, if there is one. */
import { methodOf } from "../pkg/methods.js";
import { isOneClass } from "../pkg/models/card.js";
import { manifest, weightsOf } from "../pkg/models/loader.js";
import { once } from "../pkg/once.js";
import { text } from "../text/inspect.js";
import { framingOf } from "./request.js";

/**
 * The median p-value of images like the model's own is about 0.5. A model of other images is a worse start than none: it
 * goes on rebuilding what is not normal any more (weights/README.md has figures).
 */
const ORDINARY = 0.1;

export class Presets {
  #client;
  #weightsOf = once(weightsOf);

  /** @param {import("../pkg/engine/client.js").EngineClient} client */
  constructor(client) {
    this.#client = client;
  }

  /** Fetches what may be needed while the page loads: once it is there, it asks for nothing more. */
  async prefetch() {
    await Promise.all((await this.#candidates()).map((entry) => this.#weightsOf(entry).catch(() => {})));
  }

  /**
   * @param {Blob[]} sample some normal images @param {import("./project.js").Settings} settings
   * @returns {Promise<{ title: string, weights: Blob } | null>} null if none is near, or none can be had
   */
  async nearest(sample, settings) {
    const candidates = (await this.#candidates()).filter(({ card }) => suits(card, settings));
    const models = (await Promise.all(candidates.map(async (entry) => ({ entry, weights: await this.#weightsOf(entry).catch(() => null) })))).filter(({ weights }) => weights);
    if (models.length === 0) return null;
    const found = await this.#client.call("familiarity", { models: models.map(({ weights }) => weights), images: sample, framing: framingOf(settings) });
    const best = found.indexOf(Math.max(...found));
    const { entry, weights } = models[best];
    return found[best] >= ORDINARY ? { title: titleOf(entry), weights } : null;
  }

  /** Models of one kind of image. Those of many kinds know too much: to them, other kinds than the visitor's are normal. */
  async #candidates() {
    const models = await manifest().catch(() => []);
    const methods = await Promise.all(models.map(({ card }) => methodOf(card.method)));
    return models.filter(({ card }, index) => methods[index].isStart && isOneClass(card));
  }
}

const suits = ({ model }, { size, channels }) => (size ?? model.size) === model.size && (channels ?? model.channels) === model.channels;
const titleOf = ({ card }) => text.learn.presetTitles[card.data.dataset] ?? card.data.dataset;
