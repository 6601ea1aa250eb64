/** The three networks as rows of boxes, to scale: height and depth are the side of a layer's maps, length is their number. */
import { el, svg } from "../../dom.js";
import { drawNumbers, largestOf } from "./colours.js";
import { NETWORKS, inputOf } from "./layers.js";

/** Of a network's drawing in its own units, whatever the size of the model. */
const LENGTHS = 160;
const TALLEST = 78;
const GAP = 14;
const LEAST = 2.5;
const SLANT = { x: 0.3, y: 0.2 };
const LABEL = 20;

export class Drawing {
  #boxes = [];
  #choose;
  /** @type {HTMLCanvasElement[]} */
  #thumbnails = [];
  root;

  /**
   * @param {import("./layers.js").Outline[]} layers
   * @param {import("./layers.js").Shape} input of the first network
   * @param {(index: number) => void} choose a layer
   */
  constructor(text, layers, input, choose) {
    this.#choose = choose;
    const scale = scaleOf(layers, input);
    const figures = NETWORKS.map((network) => {
      const own = layers.filter((layer) => layer.network === network);
      const before = layers[layers.indexOf(own[0]) - 1]?.output ?? input;
      const [left, right] = [thumbnail(), thumbnail()];
      this.#thumbnails.push(left, right);
      return el("figure", {}, el("figcaption", {}, left, text.networks[network], right), this.#network(text, network, own, before, scale));
    });
    this.root = el("div", { class: "networks", role: "toolbar", "aria-label": text.layers, onkeydown: (event) => this.#onKey(event) }, ...figures);
  }

  /** @param {number} index of the layer that is shown */
  mark(index) {
    this.#boxes.forEach((box, place) => {
      box.setAttribute("aria-pressed", String(place === index));
      box.setAttribute("tabindex", place === index ? "0" : "-1");
    });
  }

  /** What goes into each network and what comes out. @param {import("./layers.js").Layer[]} layers */
  paint(layers) {
    const ends = NETWORKS.flatMap((network) => {
      const own = layers.filter((layer) => layer.network === network);
      return [{ values: own[0].inputs, shape: own[0].input }, { values: own.at(-1).maps, shape: own.at(-1).output }];
    });
    ends.forEach(({ values, shape }, index) => paint(this.#thumbnails[index], values, shape));
  }

  #network(text, network, layers, before, scale) {
    const boxes = [{ symbol: inputOf(network), output: before }, ...layers];
    const parts = [];
    let left = 1;
    boxes.forEach((box, index) => {
      const size = sizeOf(box.output, scale);
      const drawn = boxAt(left, size, box.symbol);
      parts.push(index === 0 ? this.#input(text, drawn) : this.#button(text, box, left, size, drawn));
      left += size.length + size.slantX + GAP;
    });
    return svg("svg", { viewBox: `0 0 ${left - GAP + 6} ${TALLEST * (1 + SLANT.y) + LABEL}`, class: network, role: "group", "aria-label": text.networks[network] }, ...parts);
  }

  /** What goes in: the image, or the maps of the layer before. */
  #input(text, drawn) {
    const before = this.#boxes.length - 1;
    if (before < 0) return svg("g", { class: "input", "aria-hidden": "true" }, svg("title", {}, text.isImage), ...drawn);
    return svg("g", { class: "box input", "aria-hidden": "true", onclick: () => this.#choose(before) }, ...drawn);
  }

  #button(text, { symbol, output }, left, size, drawn) {
    const index = this.#boxes.length;
    const target = svg("rect", { class: "target", x: left - GAP / 2, y: 0, width: size.length + size.slantX + GAP, height: TALLEST * (1 + SLANT.y) + LABEL });
    const name = text.layer(symbol, output);
    const box = svg("g", { class: "box", role: "button", "aria-label": name, onclick: () => this.#choose(index) }, target, ...drawn);
    this.#boxes.push(box);
    return box;
  }

  #onKey(event) {
    const focused = this.#boxes.indexOf(event.target);
    const moves = { ArrowLeft: focused - 1, ArrowUp: focused - 1, ArrowRight: focused + 1, ArrowDown: focused + 1, Home: 0, End: this.#boxes.length - 1 };
    if (event.key === "Enter" || event.key === " ") this.#choose(focused);
    else if (event.key in moves) this.#boxes[Math.min(Math.max(moves[event.key], 0), this.#boxes.length - 1)].focus();
    else return;
    event.preventDefault();
  }
}

const thumbnail = () => el("canvas", { class: "pixels", width: 1, height: 1, "aria-hidden": "true" });

/** An image, or a vector row by row as a square. */
function paint(canvas, values, [, height, width]) {
  const isVector = height === 1;
  const columns = isVector ? Math.ceil(Math.sqrt(values.length)) : width;
  const rows = isVector ? Math.ceil(values.length / columns) : height;
  const look = { width: columns, height: rows, largest: largestOf(values), isImage: !isVector };
  drawNumbers(canvas, values.subarray(0, columns * rows), look);
}

/** One scale for all networks, so that they can be compared. */
function scaleOf(layers, input) {
  const encoder = layers.filter((layer) => layer.network === "encoder");
  return { length: LENGTHS / encoder.reduce((sum, { output: [maps] }) => sum + maps, input[0]), side: TALLEST / input[1] };
}

function sizeOf([maps, height], { length, side }) {
  const tall = Math.max(height * side, LEAST);
  return { length: Math.max(maps * length, LEAST), tall, slantX: tall * SLANT.x, slantY: tall * SLANT.y };
}

function boxAt(left, { length, tall, slantX, slantY }, symbol) {
  const bottom = (TALLEST * (1 + SLANT.y) + tall + slantY) / 2;
  const top = bottom - tall;
  const right = left + length;
  const points = (...corners) => corners.map((corner) => corner.map((value) => value.toFixed(2)).join(",")).join(" ");
  return [
    svg("polygon", { class: "front", points: points([left, top], [right, top], [right, bottom], [left, bottom]) }),
    svg("polygon", { class: "above", points: points([left, top], [left + slantX, top - slantY], [right + slantX, top - slantY], [right, top]) }),
    svg("polygon", { class: "side", points: points([right, top], [right + slantX, top - slantY], [right + slantX, bottom - slantY], [right, bottom]) }),
    svg("text", { x: left + (length + slantX) / 2, y: TALLEST * (1 + SLANT.y) + 13, "text-anchor": "middle" }, symbol),
  ];
}
