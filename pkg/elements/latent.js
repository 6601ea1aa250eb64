/**
 * <ganomaly-latent>: a map of where the encoder puts the sample images. By principal components at once, by t-SNE on demand.
 * The images lie in rows, and can be looked at, until all are scored.
 */
import { drawPicture, el, setText } from "../dom.js";
import { isFlagged } from "../rules.js";
import { define, GanomalyElement } from "./element.js";
import { LatentMap } from "./latent/map.js";
import { pca } from "./latent/pca.js";
import { Stamp } from "./latent/stamp.js";
import { LATENT_STYLE } from "./latent/style.js";
import { entryOf, modelOf, scoresOf } from "./model.js";
import { samplesOf } from "./presets.js";

const PICTURES = ["input", "reconstruction", "difference"];
const GRID_COLUMNS = 20;
/** So long t-SNE computes before the page has its turn. */
const SLICE_MS = 12;

/**
 * @typedef {object} Mark an image on the map
 * @property {number} cell of the sheet of samples
 * @property {string} className
 * @property {boolean} isAnomaly
 * @property {any} [scored] see EngineHost.score: the score, pictures, and z and z'
 */

export class GanomalyLatent extends GanomalyElement {
  static observedAttributes = [...GanomalyElement.observedAttributes, "each"];

  /** @type {import("../models/sheet.js").Sheet} */
  #sheet;
  /** Class by class. @type {Mark[]} */
  #marks = [];
  /** @type {number | null} */
  #threshold = null;
  #seed = 0;
  /** Whether the image was reached by a key, so that it is to be said aloud. */
  #isByKey = false;
  /** @type {number[][] | null} where t-SNE puts the marks */
  #embedding = null;
  /** @type {AbortController | null} of t-SNE under way */
  #embedded = null;
  /** @type {LatentMap} */
  #map;
  #parts = /** @type {Record<string, any>} */ ({});

  styles() { return [LATENT_STYLE]; }

  /** @param {HTMLElement} body */
  draw(body) {
    this.#marks = [];
    this.#embedding = null;
    this.#embedded?.abort();
    const text = this.text.latent;
    const canvas = el("canvas", { class: "map", tabindex: "0", role: "application", "aria-label": text.map, "aria-describedby": "keys" });
    const button = (label, onclick) => el("button", { type: "button", disabled: true, onclick }, label);
    const check = (label, change) => {
      const input = el("input", { type: "checkbox", disabled: true, onchange: () => change(input.checked) });
      return el("label", { class: "check" }, input, el("span", {}, label));
    };
    const parts = {
      canvas,
      pca: button(text.pca, () => this.#showPca()),
      tsne: button(text.tsne, () => this.attempt(() => this.#showTsne())),
      another: el("button", { type: "button", hidden: true, onclick: () => this.attempt(() => this.#showAnother()) }, text.another),
      cancel: el("button", { type: "button", hidden: true, onclick: () => this.#embedded?.abort() }, text.cancel),
      highest: button(text.highest, () => this.#selectExtreme(1)),
      lowest: button(text.lowest, () => this.#selectExtreme(-1)),
      images: check(text.images, (images) => this.#map.show({ images })),
      scores: check(text.scores, (scores) => this.#map.show({ scores })),
      progress: el("progress", { max: "1", value: "0", "aria-label": text.progress, hidden: true }),
      status: el("p", { class: "quiet status", role: "status" }, text.before),
      title: el("h3", {}, text.pick),
      pictures: PICTURES.map((name) => el("canvas", { class: "pixels", width: 32, height: 32, "aria-hidden": "true", "data-name": name })),
      verdict: el("p", { class: "verdict" }, text.pickHint),
      spoken: el("p", { class: "visually-hidden", role: "status" }),
    };
    this.#parts = parts;
    this.#map = new LatentMap(canvas, (index, isByKey) => this.#select(index, isByKey), this.life.signal);
    body.replaceChildren(
      el("div", { class: "row" }, el("div", { class: "row methods", role: "group", "aria-label": text.method }, parts.pca, parts.tsne, parts.another, parts.cancel), parts.images, parts.scores),
      el("div", { class: "sides" },
        el("div", { class: "plot" }, canvas, legend(text)),
        el("div", { class: "details" }, parts.title,
          el("div", { class: "pictures" }, ...parts.pictures.map((picture) => el("figure", {}, picture, el("figcaption", {}, text.pictures[picture.dataset.name])))),
          parts.verdict, el("div", { class: "row" }, parts.highest, parts.lowest), el("p", { class: "quiet", id: "keys" }, text.keys), parts.spoken)),
      el("div", { class: "foot" }, parts.progress, parts.status),
    );
  }

  async begin() {
    const { signal } = this.life;
    const each = this.number("each", { low: 3, high: 40, otherwise: 20, whole: true });
    this.#seed = this.seed; // a wrong one is said at once
    const entry = await entryOf(this);
    const { dataset, anomalousClasses } = entry.card.data;
    const laid = samplesOf(dataset, this.text).then((sheet) => { if (!signal.aborted) this.#lay(sheet, anomalousClasses, each); });
    const [loaded] = await Promise.all([modelOf(this, entry), laid]);
    signal.throwIfAborted();
    this.#threshold = loaded.threshold;
    await this.#score(loaded);
    for (const part of ["pca", "tsne", "highest", "lowest"]) this.#parts[part].disabled = false;
    for (const part of ["images", "scores"]) this.#parts[part].firstChild.disabled = false;
    this.#showPca();
  }

  /** Scores the images; those that wait are pale. */
  async #score(loaded) {
    const marks = this.#marks;
    const { progress, status } = this.#parts;
    progress.hidden = false;
    try {
      await scoresOf(this, loaded, this.#sheet, marks.map(({ cell }) => cell), (results, from) => {
        results.forEach((scored, index) => { marks[from + index].scored = scored; });
        const known = from + results.length;
        progress.value = known / marks.length;
        this.#map.show({ known });
        const { selected } = this.#map;
        if (selected >= from && selected < known) this.#select(selected, this.#isByKey);
      }, true);
    } finally {
      progress.hidden = true;
      setText(status, "");
    }
    this.#map.scores = marks.map(({ scored }) => scored.score);
    if (this.#map.selected >= 0) this.#describe(this.#map.selected); // among all the others
  }

  /** Before anything is computed the images lie in rows, class by class. */
  #lay(sheet, anomalous, each) {
    this.#sheet = sheet;
    this.#marks = sheet.classes.flatMap((className) => sheet.cells.get(className).slice(0, each)
      .map((cell) => ({ cell, className, isAnomaly: anomalous.includes(className) })));
    this.#map.looks = this.#marks.map(({ cell, isAnomaly }) => {
      const picture = document.createElement("canvas");
      sheet.draw(picture, [cell]);
      return { isAnomaly, picture: new Stamp(picture) };
    });
    this.#map.place(this.#marks.map((_, index) => [index % GRID_COLUMNS, Math.floor(index / GRID_COLUMNS)]));
    this.#map.show({ images: true });
    this.#parts.images.firstChild.checked = true;
    setText(this.#parts.status, this.text.latent.scoring(this.#marks.length));
  }

  /** z of each image. */
  #latents() { return this.#marks.map(({ scored }) => scored.latents[0]); }

  #showPca() {
    this.#embedded?.abort();
    const latents = this.#latents();
    const { project, shares } = pca(latents);
    this.#map.place(latents.map(project), true);
    this.#mapped("pca", this.text.latent.pcaDone(shares[0] + shares[1]));
  }

  async #showTsne() {
    if (this.#embedding) this.#map.place(this.#embedding, true);
    else if (!(await this.#embed())) return;
    this.#mapped("tsne", this.text.latent.tsneDone(this.#seed));
  }

  #showAnother() {
    this.#seed += 1;
    this.#embedding = null;
    return this.#showTsne();
  }

  /** Computes the map by t-SNE, while there is somebody to see it. @returns {Promise<boolean>} false if it was given up */
  async #embed() {
    const life = this.life.signal;
    const given = new AbortController();
    this.#embedded = given;
    this.#busy(true);
    try {
      const { tsne } = await import("./latent/tsne.js");
      let since = performance.now();
      let latest;
      for (const step of tsne(this.#latents(), { seed: this.#seed })) {
        latest = pairs(step.positions);
        if (performance.now() - since < SLICE_MS) continue;
        this.#parts.progress.value = step.iteration / step.iterations;
        this.#map.place(latest);
        await new Promise((resolve) => { setTimeout(resolve); }); // the page has its turn
        await this.untilVisible(life);
        if (given.signal.aborted) return false;
        since = performance.now();
      }
      this.#embedding = latest;
      this.#map.place(latest);
      return true;
    } finally {
      if (this.#embedded === given) {
        this.#embedded = null;
        if (!life.aborted) this.#busy(false);
        if (given.signal.aborted && !life.aborted) this.#showPca();
      }
    }
  }

  #busy(isBusy) {
    const { progress, cancel, tsne, another, status } = this.#parts;
    progress.hidden = !isBusy;
    progress.value = 0;
    cancel.hidden = !isBusy;
    another.hidden = true;
    tsne.disabled = isBusy;
    if (isBusy) setText(status, this.text.latent.tsneUnderWay);
  }

  #mapped(method, sentence) {
    for (const name of ["pca", "tsne"]) this.#parts[name].setAttribute("aria-pressed", String(name === method));
    this.#parts.another.hidden = method !== "tsne";
    setText(this.#parts.status, sentence);
    this.tell("mapped", { method, images: this.#marks.length });
  }

  /** @param {1 | -1} sign for the highest or the lowest score */
  #selectExtreme(sign) {
    const scores = this.#marks.map(({ scored }) => sign * scored.score);
    this.#map.select(scores.indexOf(Math.max(...scores)), true);
  }

  /** Tells of an image, as soon as it is scored. */
  #select(index, isByKey) {
    this.#isByKey = isByKey;
    const said = this.#describe(index);
    if (isByKey) setText(this.#parts.spoken, said);
    const { scored, className, isAnomaly } = this.#marks[index];
    if (!scored) return;
    const [z, again] = scored.latents;
    this.tell("selected", { index, class: className, isAnomaly, isFlagged: this.#isFlagged(scored), score: scored.score, z, again });
  }

  /** What is said of the image. */
  #describe(index) {
    const { cell, scored, className, isAnomaly } = this.#marks[index];
    const { title, pictures, verdict } = this.#parts;
    setText(title, this.text.latent.title(this.#sheet.dataset, className, isAnomaly));
    title.classList.toggle("anomaly", isAnomaly);
    for (const canvas of pictures) {
      if (scored) drawPicture(canvas, scored[canvas.dataset.name]);
      else this.#sheet.draw(canvas, canvas.dataset.name === "input" ? [cell] : []);
    }
    setText(verdict, scored ? this.#verdict(scored) : this.text.latent.toCome);
    return `${title.textContent}. ${verdict.textContent}`;
  }

  #isFlagged({ score }) { return isFlagged(score, this.#threshold); }

  #verdict(scored) {
    const text = this.text.latent;
    const all = this.#marks.flatMap((mark) => mark.scored?.score ?? []);
    const lower = all.filter((score) => score < scored.score).length / all.length;
    return text.verdict(scored.score, lower) + (this.#threshold === null ? "" : text.called(this.#threshold, this.#isFlagged(scored)));
  }
}

const pairs = (positions) => Array.from({ length: positions.length / 2 }, (_, index) => [positions[2 * index], positions[2 * index + 1]]);

function legend(text) {
  const entry = (kind, label) => el("span", { class: `key ${kind}` }, el("span", { "aria-hidden": "true" }, kind === "anomaly" ? "▲" : "●"), ` ${label}`);
  return el("p", { class: "legend quiet" }, entry("normal", text.normal), entry("anomaly", text.anomaly));
}

define("ganomaly-latent", GanomalyLatent);
