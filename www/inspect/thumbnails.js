/** Small pictures of large images, made when they are to be seen and kept for a while, a few at a time. */
import { sniff } from "./intake/sniff.js";

const AT_A_TIME = 3;
const MOST_KEPT = 400;
const MOST_OBLONG = 40;
const HEADER_BYTES = 2 ** 18;

export class Thumbnails {
  #read;
  #side;
  /** @type {Map<string, ImageBitmap | null>} the most lately seen last; null if it cannot be shown */
  #kept = new Map();
  /** @type {Map<string, HTMLCanvasElement>} waiting, the newest last */
  #waiting = new Map();
  #working = 0;

  /** @param {(id: string) => Promise<Blob>} read @param {number} side in pixels of the screen */
  constructor(read, side) {
    this.#read = read;
    this.#side = Math.round(side * Math.min(devicePixelRatio, 2));
  }

  /** Draws an image onto a canvas as soon as it can; data-thumbnail says "ready" or "none" then. */
  show(id, canvas) {
    const known = this.#kept.get(id);
    if (known !== undefined) {
      this.#keep(id, known);
      return draw(canvas, known);
    }
    this.#waiting.set(id, canvas);
    this.#work();
  }

  /** The canvas has left the screen. */
  forget(id) {
    this.#waiting.delete(id);
  }

  /** Other images now. */
  clear() {
    for (const bitmap of this.#kept.values()) bitmap?.close();
    this.#kept.clear();
    this.#waiting.clear();
  }

  async #work() {
    if (this.#working >= AT_A_TIME || this.#waiting.size === 0) return;
    const [id, canvas] = [...this.#waiting].at(-1);
    this.#waiting.delete(id);
    this.#working += 1;
    const bitmap = await this.#read(id).then((blob) => smallBitmap(blob, this.#side)).catch(() => null);
    this.#keep(id, bitmap);
    draw(canvas, bitmap);
    this.#working -= 1;
    this.#work();
  }

  #keep(id, bitmap) {
    this.#kept.delete(id);
    this.#kept.set(id, bitmap);
    if (this.#kept.size <= MOST_KEPT) return;
    const [oldest, old] = this.#kept.entries().next().value;
    old?.close();
    this.#kept.delete(oldest);
  }
}

/**
 * A small picture of an image, upright.
 * @param {Blob} blob @param {number} side of the shorter side in pixels
 * @returns {Promise<ImageBitmap | null>} null for a line of pixels, whose other side would be immense
 */
export async function smallBitmap(blob, side) {
  const { width = 1, height = 1 } = sniff(new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer()));
  if (Math.max(width / height, height / width) > MOST_OBLONG) return null;
  return createImageBitmap(blob, { ...(width > height ? { resizeHeight: side } : { resizeWidth: side }), resizeQuality: "medium" });
}

function draw(canvas, bitmap) {
  canvas.dataset.thumbnail = bitmap ? "ready" : "none";
  if (!bitmap) return;
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
}
