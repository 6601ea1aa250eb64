/**
 * <ganomaly-network>: GANomaly's three networks to scale, the feature maps of each layer at work on an image, and the
 * arithmetic of the pixel under the pointer.
 */
import { GanomalyElement, Mistake, define } from "./element.js";
import { entryOf, modelOf } from "./model.js";
import { samplesOf } from "./presets.js";
import { Drawing } from "./network/drawing.js";
import { layersOf, outlineOf, valuesOf } from "./network/layers.js";
import { Maps } from "./network/maps.js";
import { NETWORK_STYLE } from "./network/style.js";
import { WorkingView, placeOf } from "./network/working.js";
import { el, setText } from "../dom.js";
import { methodOf } from "../methods.js";

/** The shape of the models of digits, until the chosen model is known. */
const USUAL = { size: 32, channels: 1, latentSize: 100, features: 16 };

export class GanomalyNetwork extends GanomalyElement {
  static observedAttributes = [...GanomalyElement.observedAttributes, "image", "layer"];

  #client = null;
  #model = "";
  #channels = 1;
  /** @type {import("./network/layers.js").Layer[]} */
  #layers = [];
  #current = 0;
  #images = el("div", { class: "row choices", role: "group" });
  #networks = el("div");
  /** @type {Drawing} */
  #drawing;
  /** @type {Maps} */
  #maps;
  /** @type {WorkingView} */
  #working;
  #about = el("p", { class: "about" });
  #spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });

  styles() { return [NETWORK_STYLE]; }

  /** The numbers of all layers, for programs. @returns {import("./network/layers.js").Layer[]} */
  get layers() { return this.#layers; }

  draw(body) {
    const text = this.text.network;
    this.#layers = [];
    this.#current = 0;
    this.#maps = new Maps(text.mapsLabel, (pixel, isHeld, how) => this.#look(pixel, isHeld, how));
    this.#working = new WorkingView(text);
    this.#images.setAttribute("aria-label", text.images);
    this.#images.replaceChildren(...USUAL_CLASSES.map((name) => pictureButton(text, name)));
    setText(this.#about, this.text.starting);
    this.#outline(USUAL);
    body.replaceChildren(this.#images, this.#networks, el("p", { class: "quiet" }, text.scale), this.#about,
      el("div", { class: "layer" }, el("div", {}, this.#maps.root, el("p", { class: "quiet", id: "keys" }, text.hint)), this.#working.root, this.#working.last), this.#spoken);
  }

  async begin() {
    const { signal } = this.life;
    const entry = await entryOf(this);
    if (!(await methodOf(entry.card.method)).isTraced) throw new Mistake(this.text.network.onlyGanomaly);
    if (!signal.aborted) this.#outline(entry.card.model);
    const [sheet, { client, model }] = await Promise.all([samplesOf(entry.card.data.dataset, this.text), modelOf(this, entry)]);
    if (signal.aborted) return;
    this.#client = client;
    this.#model = model;
    this.#channels = entry.card.model.channels;
    await this.#offer(sheet);
  }

  /** Images to choose from: one of each class. */
  async #offer(sheet) {
    const text = this.text.network;
    const chosen = this.word("image", sheet.classes, sheet.classes[5] ?? sheet.classes[0]);
    const buttons = sheet.classes.map((name) => {
      const button = pictureButton(text, name);
      const [cell] = sheet.cells.get(name);
      sheet.draw(button.firstChild, [cell]);
      button.addEventListener("click", () => this.attempt(() => this.#follow(sheet.blob(cell), button)));
      return button;
    });
    this.#images.replaceChildren(...buttons);
    await this.#follow(sheet.blob(sheet.cells.get(chosen)[0]), buttons[sheet.classes.indexOf(chosen)]);
  }

  /** Sends an image through the networks; the button stands for it. */
  async #follow(image, button) {
    const { signal } = this.life;
    for (const one of this.#images.children) one.setAttribute("aria-pressed", String(one === button));
    const [[{ input }], trace] = await Promise.all([
      this.#client.call("score", { images: [image], which: "base", pictures: true, model: this.#model }),
      this.#client.call("trace", { image, model: this.#model }),
    ]);
    if (signal.aborted || button.getAttribute("aria-pressed") !== "true") return;
    const isFirst = this.#layers.length === 0;
    this.#layers = layersOf(trace, valuesOf(input, this.#channels));
    this.#drawing.paint(this.#layers);
    this.#show(isFirst ? this.#firstLayer() : this.#current);
  }

  #firstLayer() {
    const symbols = this.#layers.map(({ symbol }) => symbol);
    return symbols.indexOf(this.word("layer", symbols));
  }

  #outline(model) {
    const shape = /** @type {const} */ ([model.channels, model.size, model.size]);
    this.#drawing = new Drawing(this.text.network, outlineOf(model), [...shape], (index) => this.#show(index));
    this.#drawing.mark(this.#current);
    this.#networks.replaceChildren(this.#drawing.root);
  }

  #show(index) {
    const layer = this.#layers[index];
    if (!layer) return; // nothing has been computed yet
    this.#current = index;
    this.#drawing.mark(index);
    setText(this.#about, this.#describe(layer));
    this.#maps.show(layer, strongest(layer));
    this.tell("layer", { layer: layer.symbol, name: layer.name });
  }

  #describe({ symbol, output, kind, kernel, stride, padding, norm, activation }) {
    const text = this.text.network;
    const about = text.about({ kind: text.kinds[kind], kernel, stride, padding, norm: norm !== null, activation: text.activations[activation] });
    return `${text.layer(symbol, output)}. ${about}`;
  }

  #look(pixel, isHeld, how) {
    const layer = this.#layers[this.#current];
    const computed = this.#working.show(layer, pixel, isHeld);
    const [, height, width] = layer.output;
    const value = layer.maps[(pixel.map * height + pixel.y) * width + pixel.x];
    if (how === "choice") setText(this.#spoken, `${placeOf(this.text.network, layer, pixel)}: ${value.toFixed(4)}`);
    this.tell("pixel", { layer: layer.symbol, ...pixel, value, computed });
  }
}

/** Placeholders, so that nothing moves when the samples arrive. */
const USUAL_CLASSES = [..."0123456789"];

function pictureButton(text, name) {
  return el("button", { type: "button", "aria-label": text.image(name), "aria-pressed": "false" }, el("canvas", { class: "pixels", width: 28, height: 28 }));
}

/** Where most happens, so that there is something to see at once. */
function strongest({ maps, output: [, height, width] }) {
  const place = maps.reduce((best, value, index) => (Math.abs(value) > Math.abs(maps[best]) ? index : best), 0);
  const plane = height * width;
  return { map: Math.floor(place / plane), y: Math.floor((place % plane) / width), x: place % width };
}

define("ganomaly-network", GanomalyNetwork);
