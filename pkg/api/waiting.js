/** Ways of waiting: until a signal aborts, one after the other, and for events. */

/** Waits for something, but no longer than until the signal aborts. @template T @param {Promise<T>} promise @param {AbortSignal} [signal] @returns {Promise<T>} */
export async function unlessAborted(promise, signal) {
  if (!signal) return promise;
  const settled = new AbortController();
  const aborted = new Promise((_, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener("abort", give, { signal: settled.signal });
  });
  return Promise.race([promise, aborted]).finally(() => settled.abort());
}

let last = Promise.resolve();

/** Begins when everything that was begun like this is over. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
export function oneAtATime(act) {
  const turn = last.then(act);
  last = turn.then(() => {}, () => {});
  return turn;
}

/** Events that are told by calls, for a loop to take out. */
export class EventQueue {
  #events = [];
  /** @type {{ error?: unknown } | null} */
  #end = null;
  #wake = () => {};

  /** @param {any} event */
  push(event) {
    this.#events.push(event);
    this.#wake();
  }

  /** No more will come; the loop ends, with the error if there is one. The first end counts. @param {{ error?: unknown }} end */
  end(end) {
    this.#end ??= end;
    this.#wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (this.#events.length > 0) yield this.#events.shift();
      if (this.#end && "error" in this.#end) throw this.#end.error;
      if (this.#end) return;
      await new Promise((resolve) => { this.#wake = () => resolve(undefined); });
    }
  }
}
