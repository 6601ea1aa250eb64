/** Where the image comes from: samples, a drawing, a file. */
import { el } from "../../dom.js";
import { Mistake } from "../mistake.js";
import { Pad } from "./pad.js";

/** Where there is little room the style leaves out the last third. */
const SHOWN = 30;

export class Picker {
  root;
  #text;
  #seed;
  #onChoice;
  #pad;
  #samples = el("div", { class: "samples", role: "radiogroup" });
  #unseen = el("p", { class: "quiet unseen" }, "\u00a0");
  #others;
  #modes;
  #panels;
  #file;
  #sheet = null;
  #anomalous = [];
  /** The sample that is on show. @type {number | null} */
  #cell = null;
  /** Chooses the sample again that was on show last. @type {(() => void) | null} */
  #again = null;
  #page = 0;

  /** @param {number} seed which samples come first @param {(choice: import("../demo.js").Choice) => void} onChoice */
  constructor(text, seed, onChoice) {
    this.#text = text;
    this.#seed = seed;
    this.#onChoice = onChoice;
    this.#pad = new Pad(text, (blob) => (blob ? this.#bring("drawing", blob) : this.#back()));
    this.#file = el("input", { type: "file", accept: "image/*", hidden: true, onchange: () => this.#take(this.#file.files) });
    this.#others = el("button", { type: "button", disabled: true, onclick: () => this.#turn() }, text.others);
    this.#samples.setAttribute("aria-label", text.samples);
    this.#panels = {
      samples: el("div", { class: "panel" }, this.#samples, el("div", { class: "row" }, this.#others), this.#unseen),
      draw: el("div", { class: "panel" }, this.#pad.root),
    };
    this.#modes = Object.fromEntries(["samples", "draw"].map((mode) => [mode, el("button", { type: "button", onclick: () => this.#turnTo(mode) }, text[mode])]));
    const choose = el("button", { type: "button", title: text.dropHint, onclick: () => this.#file.click() }, text.file);
    this.root = el("section", { class: "pick" }, el("h3", {}, text.pick),
      el("div", { class: "row modes" }, ...Object.values(this.#modes), choose, this.#file), el("div", { class: "panels" }, ...Object.values(this.#panels)));
    this.#samples.append(...Array.from({ length: SHOWN }, () => el("span", { class: "sample" })));
    this.#show("samples");
  }

  /** Shows samples; the first normal one is chosen, unless there is a drawing already. @param {import("../../models/sheet.js").Sheet} sheet @param {string[]} anomalous classes */
  offer(sheet, anomalous) {
    this.#sheet = sheet;
    this.#anomalous = anomalous;
    this.#others.disabled = false;
    // The pad makes drawings as MNIST's digits are; drawn shirts or photographs would say little.
    this.#modes.draw.hidden = sheet.dataset !== "mnist";
    this.#unseen.replaceChildren(el("span", { class: "mark", "aria-hidden": "true" }), this.#text.unseen(anomalous.map((name) => this.#text.className(sheet.dataset, name))));
    this.#drawSamples();
    if (this.#pad.isEmpty) this.#back();
  }

  /** From a drawing or a file back to a sample. */
  #back() {
    if (!this.#sheet || this.#cell !== null) return;
    if (!this.#again) return this.#samples.querySelector(":not(.anomaly) > input").click();
    this.#again();
    this.#drawSamples();
  }

  /** @param {DragEvent} event with a file; fails with a sentence if it is something else */
  drop(event) {
    event.preventDefault();
    const { files } = event.dataTransfer;
    if (files.length === 0) throw new Mistake(this.#text.noFile);
    this.#take(files);
  }

  #take([file]) {
    this.#file.value = ""; // so that choosing the same file again is noticed
    if (file) this.#bring("file", file);
  }

  /** An image that is no sample, so nobody knows what it is. */
  #bring(source, blob) {
    this.#cell = null;
    this.#onChoice({ source, blob, label: null, isAnomaly: null });
    for (const input of this.#samples.querySelectorAll("input")) input.checked = false;
  }

  #turnTo(mode) {
    this.#show(mode);
    if (mode === "draw") this.#pad.bring();
    else this.#back();
  }

  #show(mode) {
    for (const [name, button] of Object.entries(this.#modes)) {
      button.setAttribute("aria-pressed", String(name === mode));
      this.#panels[name].toggleAttribute("inert", name !== mode);
    }
  }

  #turn() {
    this.#page += 1;
    this.#drawSamples();
  }

  #drawSamples() {
    const { classes, cells } = this.#sheet;
    const shown = Array.from({ length: SHOWN }, (_, place) => {
      const name = classes[place % classes.length];
      const own = cells.get(name);
      const turn = this.#seed + this.#page * Math.ceil(SHOWN / classes.length) + Math.floor(place / classes.length);
      return this.#sample(name, own[turn % own.length]);
    });
    this.#samples.replaceChildren(...shown);
  }

  #sample(name, cell) {
    const label = this.#text.className(this.#sheet.dataset, name);
    const isAnomaly = this.#anomalous.includes(name);
    const canvas = el("canvas", { class: "pixels", "aria-hidden": "true" });
    this.#sheet.draw(canvas, [cell]);
    const choose = () => {
      this.#cell = cell;
      this.#again = choose;
      this.#onChoice({ source: "sample", blob: this.#sheet.blob(cell), label, isAnomaly });
    };
    const input = el("input", { type: "radio", name: "sample", class: "visually-hidden", "aria-label": isAnomaly ? this.#text.anomalous(label) : label, onchange: choose, checked: cell === this.#cell });
    return el("label", { class: isAnomaly ? "sample anomaly" : "sample", title: label }, input, canvas);
  }
}
