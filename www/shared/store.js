/**
 * What a page knows, in one place. Views subscribe to names of its parts and redraw at most once a frame.
 *
 * @template {Record<string, any>} State
 */
export class Store {
  /** @type {State} */
  state;
  #watchers = [];
  #changed = new Set();

  /** @param {State} initial */
  constructor(initial) {
    this.state = initial;
  }

  /** Calls `draw` once now and in the next frame after any of the parts changed. */
  watch(parts, draw) {
    this.#watchers.push({ parts, draw });
    draw(this.state);
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.touch(...Object.keys(patch));
  }

  /** Says that parts changed in place. */
  touch(...parts) {
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#draw());
    for (const part of parts) this.#changed.add(part);
  }

  #draw() {
    const changed = this.#changed;
    this.#changed = new Set();
    for (const { parts, draw } of this.#watchers) {
      if (!parts.some((part) => changed.has(part))) continue;
      try {
        draw(this.state);
      } catch (error) {
        reportError(error); // the others are drawn all the same
      }
    }
  }
}
