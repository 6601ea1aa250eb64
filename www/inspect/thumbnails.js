/** Small pictures of large images, made when they are to be seen and kept for a while. */
import { drawPicture } from "../pkg/dom.js";

/** @typedef {import("../pkg/engine/client.js").Picture} Picture */

/** One is read while another is made. */
const AT_A_TIME = 2;
const MOST_KEPT = 400;

export class Thumbnails {
  #make;
  #side;
  /** @type {Map<string, Picture>} the most lately seen last */
  #kept = new Map();
  /** @type {Map<string, HTMLCanvasElement>} waiting, the newest last */
  #waiting = new Map();
  /** @type {Map<string, HTMLCanvasElement>} on the screen without a picture */
  #failed = new Map();
  #working = 0;

  /** @param {(id: string, side: number) => Promise<Picture>} make @param {number} side in pixels of the screen */
  constructor(make, side) {
    this.#make = make;
    this.#side = Math.round(side * Math.min(devicePixelRatio, 2));
  }

  /** Draws an image onto a canvas as soon as it can; data-thumbnail says "ready" or "none" then. */
  show(id, canvas) {
    const known = this.#kept.get(id);
    if (known) {
      this.#kept.delete(id);
      this.#kept.set(id, known);
      return draw(canvas, known);
    }
    this.#waiting.set(id, canvas);
    this.#work();
  }

  /** The canvas has left the screen. */
  forget(id) {
    this.#waiting.delete(id);
    this.#failed.delete(id);
  }

  /** Images that could not be read may be there by now. */
  retry() {
    const failed = [...this.#failed];
    this.#failed.clear();
    for (const [id, canvas] of failed) this.show(id, canvas);
  }

  /** Other images now. */
  clear() {
    for (const images of [this.#kept, this.#waiting, this.#failed]) images.clear();
  }

  async #work() {
    if (this.#working >= AT_A_TIME || this.#waiting.size === 0) return;
    const [id, canvas] = [...this.#waiting].at(-1);
    this.#waiting.delete(id);
    this.#working += 1;
    const picture = await this.#make(id, this.#side).catch(() => null);
    draw(canvas, picture);
    if (picture) this.#keep(id, picture);
    else if (canvas.isConnected) this.#failed.set(id, canvas);
    this.#working -= 1;
    this.#work();
  }

  #keep(id, picture) {
    this.#kept.set(id, picture);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
  }
}

function draw(canvas, picture) {
  canvas.dataset.thumbnail = picture ? "ready" : "none";
  if (picture) drawPicture(canvas, picture);
}
