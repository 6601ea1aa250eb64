/** The arithmetic of one pixel, from the patch below the kernel to the value in the map. */
import { el, setText, svg } from "../../dom.js";
import { inputAt, weightAt, workingOf } from "./arithmetic.js";
import { drawNumbers, frameOn, largestOf } from "./colours.js";

const SOURCE_WIDTH = 160;

export class WorkingView {
  #text;
  #number;
  /** @type {import("./layers.js").Layer | null} */
  #layer = null;
  /** @type {import("./maps.js").Pixel} */
  #pixel = { map: 0, y: 0, x: 0 };
  #working = { taps: [], parts: [], sum: 0, norm: null, value: 0 };
  /** The map that comes in whose part is shown; by itself the one that counts most. @type {number | null} */
  #chosen = null;
  #place = el("h3");
  #channel = el("p", { class: "number" });
  /** What makes no sense where a single map comes in. */
  #turns = el("div", { class: "row" });
  #all = el("div");
  #source = el("canvas", { class: "pixels source", width: SOURCE_WIDTH, height: SOURCE_WIDTH, "aria-hidden": "true" });
  #tables = el("div", { class: "tables" });
  #bars = svg("svg", { class: "parts", viewBox: "0 0 300 44", preserveAspectRatio: "none", role: "img" });
  #sum = el("p", { class: "number" });
  #quarter;
  root;
  /** The last steps, which lead to what the map shows and can stand beside it. */
  last = el("div", { class: "number last" });

  constructor(text) {
    this.#text = text;
    this.#number = { short: signed(text.locale, 3), long: signed(text.locale, 4) };
    this.#bars.setAttribute("aria-label", text.contributions);
    this.#all.append(el("h4", {}, text.allMaps), this.#bars, this.#sum);
    this.#quarter = el("p", { class: "quiet" }, text.quarter);
    this.root = el("div", { class: "working" }, this.#place, el("h4", {}, text.sum),
      el("div", { class: "patch" }, this.#source, el("div", {}, this.#channel, this.#turners())), this.#tables, this.#quarter, this.#all);
  }

  /** From one map that comes in to another. */
  #turners() {
    const text = this.#text;
    const step = (label, sign, act) => el("button", { type: "button", "aria-label": label, onclick: act }, sign);
    this.#turns.append(step(text.earlier, "‹", () => this.#turn(-1)), step(text.later, "›", () => this.#turn(1)),
      el("button", { type: "button", onclick: () => this.#choose(null) }, text.heaviest));
    return this.#turns;
  }

  /** @param {import("./layers.js").Layer} layer @param {import("./maps.js").Pixel} pixel @param {boolean} isHeld @returns {number} what was computed */
  show(layer, pixel, isHeld) {
    if (layer !== this.#layer) this.#chosen = null;
    this.#layer = layer;
    this.#pixel = pixel;
    this.#working = workingOf(layer, pixel);
    const place = placeOf(this.#text, layer, pixel);
    setText(this.#place, isHeld ? `${place} (${this.#text.held})` : place);
    this.#draw();
    return this.#working.value;
  }

  get #current() { return this.#chosen ?? heaviest(this.#working.parts); }

  #turn(by) {
    const { length } = this.#working.parts;
    this.#choose((this.#current + by + length) % length);
  }

  #choose(channel) {
    if (!this.#layer) return;
    this.#chosen = channel;
    this.#draw();
  }

  #draw() {
    const channel = this.#current;
    const [channels] = this.#layer.input;
    setText(this.#channel, this.#text.channel(channel + 1, channels));
    this.#quarter.hidden = this.#layer.kind === "convolution" || this.#layer.stride === 1;
    this.#turns.hidden = channels === 1;
    this.#all.hidden = channels === 1;
    this.#drawSource(channel);
    this.#drawTables(channel);
    this.#drawParts(channel);
    this.last.replaceChildren(...this.#lastSteps());
  }

  /** The map that comes in, with the patch framed. */
  #drawSource(channel) {
    const { inputs, input: [, height, width], inputSymbol } = this.#layer;
    const isImage = inputSymbol === "x" || inputSymbol === "x′";
    const values = inputs.subarray(channel * height * width, (channel + 1) * height * width);
    const zoom = SOURCE_WIDTH / width;
    const picture = document.createElement("canvas");
    drawNumbers(picture, values, { width, height, largest: largestOf(inputs), isImage });
    const context = this.#source.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, SOURCE_WIDTH, SOURCE_WIDTH);
    context.drawImage(picture, 0, 0, SOURCE_WIDTH, SOURCE_WIDTH);
    const taps = this.#working.taps.flat();
    const [left, top] = [Math.min(...taps.map(({ x }) => x)), Math.min(...taps.map(({ y }) => y))];
    frameOn(context, [left * zoom, top * zoom, this.#working.taps[0].length * zoom, this.#working.taps.length * zoom], "#ffd400", 2.5);
  }

  #drawTables(channel) {
    const layer = this.#layer;
    const { taps, parts } = this.#working;
    const input = (tap) => inputAt(layer, channel, tap);
    const weight = (tap) => weightAt(layer, this.#pixel.map, channel, tap);
    this.#tables.replaceChildren(
      this.#table(this.#text.patch, taps, input, true), sign("×"), this.#table(this.#text.kernel, taps, weight), sign("="),
      this.#table(this.#text.product, taps, (tap) => input(tap) * weight(tap)), sign(`Σ = ${this.#number.long(parts[channel])}`));
  }

  #table(title, rows, valueOf, isPatch = false) {
    const largest = Math.max(...rows.flat().map((tap) => Math.abs(valueOf(tap))), 1e-9);
    const cell = (tap) => {
      const value = valueOf(tap);
      const isOutside = isPatch && !tap.isInside;
      const made = el("td", { class: value < 0 ? "negative" : "positive", "data-outside": isOutside, title: isOutside && this.#text.outside }, this.#number.short(value));
      made.style.setProperty("--share", `${Math.round((40 * Math.abs(value)) / largest)}%`);
      return made;
    };
    return el("table", {}, el("caption", {}, title), el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell)))));
  }

  /** What each map that comes in adds, as bars up and down. */
  #drawParts(channel) {
    const { parts, sum } = this.#working;
    const largest = Math.max(...parts.map(Math.abs), 1e-9);
    const width = 300 / parts.length;
    const bars = parts.map((part, index) => {
      const height = (20 * Math.abs(part)) / largest;
      const kind = `${part < 0 ? "negative" : "positive"}${index === channel ? " current" : ""}`;
      return svg("rect", { class: kind, x: index * width + width * 0.1, width: width * 0.8, y: part < 0 ? 22 : 22 - height, height });
    });
    this.#bars.replaceChildren(svg("line", { x1: 0, x2: 300, y1: 22, y2: 22, "vector-effect": "non-scaling-stroke" }), ...bars);
    const { long } = this.#number;
    setText(this.#sum, `${this.#text.sumOfTwo(long(parts[channel]), bracketed(sum - parts[channel], long))} = ${long(sum)}`);
  }

  /** Batch norm and activation, where there are any, and what the map shows. */
  #lastSteps() {
    const { sum, norm, value } = this.#working;
    const { long } = this.#number;
    const lines = [];
    if (norm) {
      lines.push(el("h4", {}, this.#text.normalise),
        el("p", {}, `(${long(sum)} − ${bracketed(norm.mean, long)}) / √(${long(norm.variance)} + 10⁻⁵) · ${bracketed(norm.scale, long)} + ${bracketed(norm.shift, long)} = ${long(norm.value)}`));
    }
    const formula = activationOf(this.#layer.activation, norm?.value ?? sum, long);
    if (formula) lines.push(el("h4", {}, this.#text.activate), el("p", {}, `${formula} = ${long(value)}`));
    const { map, y, x } = this.#pixel;
    const [, height, width] = this.#layer.output;
    const shown = this.#layer.maps[(map * height + y) * width + x];
    return [...lines, el("p", { class: "agrees" }, this.#text.agrees(long(shown)))];
  }
}

/** @param {import("./layers.js").Layer} layer @param {import("./maps.js").Pixel} pixel */
export function placeOf(text, { symbol, output }, { map, y, x }) {
  return `${symbol}: ${text.pixel(map + 1, output[0], y + 1, x + 1)}`;
}

const sign = (content) => el("span", { class: "sign number" }, content);
const heaviest = (parts) => parts.reduce((best, part, index) => (Math.abs(part) > Math.abs(parts[best]) ? index : best), 0);
const bracketed = (value, format) => (value < 0 ? `(${format(value)})` : format(value));

/** With a real minus sign, and none before a row of zeros. */
function signed(locale, digits) {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" });
  return (value) => format.format(value).replace("-", "−");
}

function activationOf(activation, value, format) {
  const written = format(value);
  switch (activation) {
    case "leaky-relu": return `max(${written}, 0.2 · ${bracketed(value, format)})`;
    case "relu": return `max(${written}, 0)`;
    case "tanh": return `tanh(${written})`;
    default: return "";
  }
}
