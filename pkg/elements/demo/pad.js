/** A place to draw a digit with a pointer or the keyboard. Whatever the theme, it is white on black, as MNIST is. */
import { bmpOf } from "../../bmp.js";
import { el } from "../../dom.js";

const SIDE = 224;
const PEN = 20;
const KEY_STEP = 8;

/** MNIST's digits and images. */
const DIGIT = 20;
const IMAGE = 28;
/** What is darker than this is no ink. */
const INK = 40;

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  root;
  isEmpty = true;
  #text;
  #onInk;
  #canvas;
  #context;
  #cursor = el("span", { class: "pen", "aria-hidden": "true" });
  #state = el("span", { class: "visually-hidden", role: "status" });
  /** The keyboard's pen. */
  #pen = { x: SIDE / 2, y: SIDE / 4, isDown: false };
  /** Where each pointer that is down was last. @type {Map<number, { x: number, y: number }>} */
  #strokes = new Map();

  /** @param {(digit: Blob | null) => void} onInk after every bit of ink: the drawing as an image file; null when it is cleared */
  constructor(text, onInk) {
    this.#text = text;
    this.#onInk = onInk;
    this.#canvas = el("canvas", {
      class: "pad", width: SIDE, height: SIDE, tabindex: 0, role: "application", "aria-label": text.padLabel, "aria-describedby": "keys",
      onpointerdown: (event) => this.#down(event), onpointermove: (event) => this.#move(event),
      onpointerup: (event) => this.#strokes.delete(event.pointerId), onpointercancel: (event) => this.#strokes.delete(event.pointerId),
      onkeydown: (event) => this.#key(event), onblur: () => this.#lift(),
    });
    this.#context = this.#canvas.getContext("2d", { willReadFrequently: true });
    this.#clear();
    this.root = el("div", { class: "drawing" }, el("div", { class: "sheet" }, this.#canvas, this.#cursor, this.#state),
      el("div", { class: "row" }, el("button", { type: "button", onclick: () => this.#clear() }, text.clear)), el("p", { class: "quiet", id: "keys" }, text.padHint));
  }

  #clear() {
    Object.assign(this.#context, { fillStyle: "#000", strokeStyle: "#fff", lineWidth: PEN, lineCap: "round", lineJoin: "round" });
    this.#context.fillRect(0, 0, SIDE, SIDE);
    if (!this.isEmpty) this.#onInk(null);
    this.isEmpty = true;
    this.#showPen();
  }

  /** Hands the drawing over once more, if there is one. */
  bring() {
    if (!this.isEmpty) this.#onInk(asDigit(this.#canvas));
  }

  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#strokes.set(event.pointerId, at);
    this.#line(at, at);
  }

  #move(event) {
    const from = this.#strokes.get(event.pointerId);
    if (!from) return;
    const to = this.#at(event);
    this.#strokes.set(event.pointerId, to);
    this.#line(from, to);
  }

  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * SIDE, y: ((clientY - top) / height) * SIDE };
  }

  #key(event) {
    if (event.key === " " || event.key === "Enter") this.#toggle();
    else if (event.key === "Delete" || event.key === "Backspace") this.#clear();
    else if (MOVES[event.key]) this.#step(MOVES[event.key]);
    else return;
    event.preventDefault();
  }

  #toggle() {
    this.#pen.isDown = !this.#pen.isDown;
    this.#state.textContent = this.#pen.isDown ? this.#text.penDown : this.#text.penUp;
    if (this.#pen.isDown) this.#line(this.#pen, this.#pen);
    this.#showPen();
  }

  #lift() {
    this.#pen.isDown = false;
    this.#showPen();
  }

  #step([right, down]) {
    const within = (value) => Math.min(Math.max(value, PEN / 2), SIDE - PEN / 2);
    const from = { ...this.#pen };
    Object.assign(this.#pen, { x: within(from.x + right * KEY_STEP), y: within(from.y + down * KEY_STEP) });
    if (this.#pen.isDown) this.#line(from, this.#pen);
    this.#showPen();
  }

  #showPen() {
    this.#cursor.style.left = `${(100 * this.#pen.x) / SIDE}%`;
    this.#cursor.style.top = `${(100 * this.#pen.y) / SIDE}%`;
    this.#cursor.classList.toggle("down", this.#pen.isDown);
  }

  #line(from, to) {
    this.#context.beginPath();
    this.#context.moveTo(from.x, from.y);
    this.#context.lineTo(to.x + 0.1, to.y); // a line without length would leave no ink
    this.#context.stroke();
    this.isEmpty = false;
    this.bring();
  }
}

/** A drawing as MNIST has its digits: the longer side 20 pixels of 28, the centre of mass in the middle. */
function asDigit(drawing) {
  const ink = inkOf(drawing);
  const scale = DIGIT / Math.max(ink.width, ink.height);
  const draw = (left, top) => {
    const canvas = el("canvas", { width: IMAGE, height: IMAGE });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillRect(0, 0, IMAGE, IMAGE);
    context.drawImage(drawing, ink.left, ink.top, ink.width, ink.height, left, top, ink.width * scale, ink.height * scale);
    return canvas;
  };
  const [left, top] = [(IMAGE - ink.width * scale) / 2, (IMAGE - ink.height * scale) / 2];
  const { x, y } = inkOf(draw(left, top));
  const centred = draw(left + (IMAGE - 1) / 2 - x, top + (IMAGE - 1) / 2 - y);
  return bmpOf(centred.getContext("2d").getImageData(0, 0, IMAGE, IMAGE));
}

/** The rectangle that holds all ink of a canvas, and the centre of the ink's mass. */
function inkOf(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom, mass, x, y] = [canvas.width, canvas.height, 0, 0, 0, 0, 0];
  for (let place = 0; place < data.length / 4; place++) {
    const value = data[4 * place];
    if (value < INK) continue;
    const [column, row] = [place % canvas.width, Math.floor(place / canvas.width)];
    [left, top, right, bottom] = [Math.min(left, column), Math.min(top, row), Math.max(right, column + 1), Math.max(bottom, row + 1)];
    [mass, x, y] = [mass + value, x + value * column, y + value * row];
  }
  return { left, top, width: right - left, height: bottom - top, x: x / mass, y: y / mass };
}
