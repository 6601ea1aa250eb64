/** The maps of a layer side by side on one canvas, on which a pixel can be pointed at, held, or reached by keys. */
import { el } from "../../dom.js";
import { drawNumbers, frameOn, largestOf } from "./colours.js";

const WIDTH = 640;
const GAP = 4;

/** @typedef {{ map: number, y: number, x: number }} Pixel */

export class Maps {
  /** @type {import("./layers.js").Layer | null} */
  #layer = null;
  #picture = document.createElement("canvas");
  #columns = 1;
  #zoom = 1;
  /** @type {Pixel} */
  #pixel = { map: 0, y: 0, x: 0 };
  #isHeld = false;
  #point;
  root;

  /**
   * @param {string} label
   * @param {(pixel: Pixel, isHeld: boolean, how: "pointer" | "choice") => void} point a pixel is looked at
   */
  constructor(label, point) {
    this.#point = point;
    this.root = el("canvas", {
      class: "maps", tabindex: "0", role: "application", "aria-label": label, "aria-describedby": "keys", width: WIDTH, height: WIDTH,
      onpointermove: (event) => this.#onMove(event), onclick: (event) => this.#onClick(event), onkeydown: (event) => this.#onKey(event),
    });
  }

  /** @param {import("./layers.js").Layer} layer @param {Pixel} pixel */
  show(layer, pixel) {
    const [count, height] = layer.output;
    this.#layer = layer;
    this.#isHeld = false;
    this.#columns = Math.ceil(Math.sqrt(count));
    this.#zoom = Math.max(Math.floor((WIDTH / this.#columns - GAP) / height), 1);
    this.root.width = this.#columns * this.#pitch - GAP;
    this.root.height = Math.ceil(count / this.#columns) * this.#pitch - GAP;
    this.#paint(layer);
    this.look(pixel, "pointer");
  }

  /** @param {Pixel} pixel @param {"pointer" | "choice"} how */
  look(pixel, how) {
    this.#pixel = pixel;
    this.#mark();
    this.#point(pixel, this.#isHeld, how);
  }

  get #pitch() { return this.#layer.output[1] * this.#zoom + GAP; }

  #paint(layer) {
    const [count, height, width] = layer.output;
    const look = { width, height: height * count, largest: largestOf(layer.maps), isImage: layer.activation === "tanh" };
    drawNumbers(this.#picture, layer.maps, look);
  }

  #mark() {
    const context = this.root.getContext("2d");
    const [count, height, width] = this.#layer.output;
    const side = height * this.#zoom;
    context.clearRect(0, 0, this.root.width, this.root.height);
    context.fillStyle = "#808080"; // between the maps
    context.imageSmoothingEnabled = false;
    for (let map = 0; map < count; map++) {
      const [left, top] = this.#corner(map);
      context.fillRect(left - GAP, top - GAP, side + 2 * GAP, side + 2 * GAP);
      context.clearRect(left, top, side, side);
      context.drawImage(this.#picture, 0, map * height, width, height, left, top, side, side);
    }
    const { map, y, x } = this.#pixel;
    const [left, top] = this.#corner(map);
    frameOn(context, [left + x * this.#zoom, top + y * this.#zoom, this.#zoom, this.#zoom], this.#isHeld ? "#ffd400" : "#ffffff", 3);
  }

  #corner(map) {
    return [(map % this.#columns) * this.#pitch, Math.floor(map / this.#columns) * this.#pitch];
  }

  #under({ offsetX, offsetY }) {
    if (!this.#layer) return null;
    const [left, top] = [(offsetX * this.root.width) / this.root.clientWidth, (offsetY * this.root.height) / this.root.clientHeight];
    const [column, row] = [Math.floor(left / this.#pitch), Math.floor(top / this.#pitch)];
    const [x, y] = [Math.floor((left % this.#pitch) / this.#zoom), Math.floor((top % this.#pitch) / this.#zoom)];
    const [count, height, width] = this.#layer.output;
    const map = row * this.#columns + column;
    return column < this.#columns && map < count && x < width && y < height && x >= 0 && y >= 0 ? { map, y, x } : null;
  }

  #onMove(event) {
    const pixel = this.#isHeld ? null : this.#under(event);
    const { map, y, x } = this.#pixel;
    if (pixel && (pixel.map !== map || pixel.y !== y || pixel.x !== x)) this.look(pixel, "pointer");
  }

  #onClick(event) {
    const pixel = this.#under(event);
    if (!pixel) return;
    const { map, y, x } = this.#pixel;
    this.#isHeld = !(this.#isHeld && pixel.map === map && pixel.y === y && pixel.x === x);
    this.look(pixel, "choice");
  }

  #onKey(event) {
    const next = this.#layer && this.#moved(event);
    if (!next) return;
    event.preventDefault();
    this.#isHeld = true;
    this.look(next, "choice");
  }

  #moved({ key, shiftKey }) {
    const [count, height, width] = this.#layer.output;
    const { map, y, x } = this.#pixel;
    // With Shift the arrows go from map to map, and in a vector from number to number.
    const across = shiftKey || width === 1 ? { map: 1, x: 0 } : { map: 0, x: 1 };
    const down = shiftKey || height === 1 ? { map: this.#columns, y: 0 } : { map: 0, y: 1 };
    const steps = {
      ArrowLeft: { map: map - across.map, y, x: x - across.x }, ArrowRight: { map: map + across.map, y, x: x + across.x },
      ArrowUp: { map: map - down.map, y: y - down.y, x }, ArrowDown: { map: map + down.map, y: y + down.y, x },
    };
    const next = steps[key];
    return next && { map: clamped(next.map, count), y: clamped(next.y, height), x: clamped(next.x, width) };
  }
}

const clamped = (value, length) => Math.min(Math.max(value, 0), length - 1);
