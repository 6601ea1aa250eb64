/**
 * Scores images a few at a time, so that others have their turn and that it can stop and go on anywhere: the one queue of pages and
 * elements. What waits, and in which order, is asked anew before every portion.
 */
import { EngineRestarted } from "./engine/client.js";

/** Small, so that something is seen at once. */
const FIRST_PORTION = 4;
const PORTION = 16;
/** Images of a portion are all in the engine's memory at once; of larger ones there are fewer. */
const PORTION_BYTES = 32 * 2 ** 20;

/**
 * @template Item
 * @typedef {object} Work
 * @property {() => Item[] | Promise<Item[]>} waiting those that have no score yet, the first to be scored first; none while it should rest
 * @property {(items: Item[]) => Promise<any[]>} score of each, or { error }
 * @property {(waiting: Item[]) => boolean} [isFirst] whether nothing is to be seen yet
 * @property {(item: Item) => number} [bytes] of its file
 * @property {(items: Item[], results: any[]) => void} done
 * @property {(error: Error) => void} failed it has stopped
 * @property {string} [crashed] what is said of an image that the engine broke down at; without it, that ends the work
 */

/** @template Item */
export class Scoring {
  #work;
  #isUnderWay = false;
  /** Whether something may wait that was not there when it was last asked. */
  #isAsked = false;
  /** Images that were in the engine when it crashed: they are tried once more, each alone. @type {Set<Item>} */
  #suspects = new Set();

  /** @param {Work<Item>} work */
  constructor(work) {
    this.#work = work;
  }

  /** Scores whatever waits. Does nothing if that is going on already. */
  async kick() {
    this.#isAsked = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      while (this.#isAsked) {
        this.#isAsked = false;
        for (let items = await this.#portion(); items.length > 0; items = await this.#portion()) await this.#score(items);
      }
    } catch (error) {
      this.#work.failed(error);
    }
    this.#isUnderWay = false;
  }

  async #portion() {
    const waiting = await this.#work.waiting();
    if (this.#suspects.has(waiting[0])) return [waiting[0]];
    return within(waiting.slice(0, this.#work.isFirst?.(waiting) ? FIRST_PORTION : PORTION), this.#work.bytes);
  }

  async #score(items) {
    try {
      const results = await this.#work.score(items);
      for (const item of items) this.#suspects.delete(item);
      this.#work.done(items, results);
    } catch (error) {
      if (!(error instanceof EngineRestarted) || this.#work.crashed === undefined) throw error;
      if (error.crashed) this.#suspect(items);
    }
  }

  #suspect(items) {
    const isKnown = items.length === 1 && this.#suspects.delete(items[0]);
    if (isKnown) this.#work.done(items, [{ error: this.#work.crashed }]);
    else for (const item of items) this.#suspects.add(item);
  }
}

/** As many of the first as may be in the engine at once, and at least one. */
function within(items, bytesOf = (_) => 0) {
  let bytes = 0;
  const end = items.findIndex((item, index) => (bytes += bytesOf(item)) > PORTION_BYTES && index > 0);
  return end < 0 ? items : items.slice(0, end);
}
