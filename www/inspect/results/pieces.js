/** Long work in short pieces, so that the page answers in between. */

const PIECE_MS = 12;
const BLOCK = 256;
/** The clock is not looked at more often: that alone would take as long as the work. */
const CALLS = 32;

export class Pieces {
  #signal;
  #began = performance.now();
  #calls = 0;

  /** @param {AbortSignal} [signal] ends the work early, with an AbortError */
  constructor(signal) {
    this.#signal = signal;
  }

  /** To be asked after each small step. */
  get isDue() {
    this.#calls += 1;
    return this.#calls % CALLS === 0 && performance.now() - this.#began > PIECE_MS;
  }

  /** Lets the page do what it has to. */
  async pause() {
    await new Promise((resolve) => { setTimeout(resolve); });
    this.#signal?.throwIfAborted();
    this.#began = performance.now();
  }
}

/**
 * The items that pass, in their order.
 * @template Item @param {Item[]} items @param {(item: Item) => boolean} passes @param {Pieces} pieces
 * @returns {Promise<Item[]>}
 */
export async function filtered(items, passes, pieces) {
  const kept = [];
  for (const item of items) {
    if (passes(item)) kept.push(item);
    if (pieces.isDue) await pieces.pause();
  }
  return kept;
}

/**
 * A stable merge sort that pauses when it is due.
 * @template Item @param {Item[]} items @param {(a: Item, b: Item) => number} compare @param {Pieces} pieces
 * @returns {Promise<Item[]>} a new list
 */
export async function sorted(items, compare, pieces) {
  let from = [];
  for (let start = 0; start < items.length; start += BLOCK) {
    from.push(...items.slice(start, start + BLOCK).sort(compare));
    if (pieces.isDue) await pieces.pause();
  }
  for (let run = BLOCK; run < items.length; run *= 2) {
    const to = [];
    for (let start = 0; start < from.length; start += 2 * run) {
      const middle = Math.min(start + run, from.length);
      const end = Math.min(start + 2 * run, from.length);
      for (let left = start, right = middle; left < middle || right < end;) {
        const takeLeft = right === end || (left < middle && compare(from[left], from[right]) <= 0);
        to.push(takeLeft ? from[left++] : from[right++]);
        if (pieces.isDue) await pieces.pause();
      }
    }
    from = to;
  }
  return from;
}
