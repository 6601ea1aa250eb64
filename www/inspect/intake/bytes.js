/** Bytes on their way: collected as they are inflated. */

/** Takes the bytes that a zip entry inflates to, and refuses more when `check` throws. */
export class Collector {
  /** @type {any} what `check` threw */
  refusal = null;
  writable;
  #parts = [];
  #length = 0;

  /** @param {(length: number, part: Uint8Array) => void} check is told how many bytes there are, and the newest of them */
  constructor(check) {
    this.writable = new WritableStream({ write: (part) => this.#take(part, check) });
  }

  bytes() {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #take(part, check) {
    this.#length += part.length;
    this.#parts.push(part);
    try {
      check(this.#length, part);
    } catch (error) {
      this.#parts = [];
      this.refusal = error;
      throw error;
    }
  }
}
