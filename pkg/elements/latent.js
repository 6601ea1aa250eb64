/**
 * <ganomaly-latent>: a map of where the encoder puts the sample images. By principal components at once, by t-SNE on demand.
 * The images lie in rows, and can be looked at, until all are scored.
 *
 * Attributes: preset (default mnist-0), anomaly (a digit; the same as preset="mnist-DIGIT"), each (images of a class, 3 to 40, default 20),
 * seed (of t-SNE), theme, lang. Events: ganomaly-mapped { method, images }, ganomaly-selected { index, class, isAnomaly, isFlagged, score, z, again }.
 */
import { drawPicture, el, setText } from "../shared/dom.js";
import { define, GanomalyElement } from "./element.js";
import { LatentMap } from "./latent/map.js";
import { pca } from "./latent/pca.js";
import { collect, scoreAll } from "./latent/scoring.js";
import { Stamp } from "./latent/stamp.js";
import { latentStyle } from "./latent/style.js";
import { entryOf, modelOf } from "./model.js";

const PICTURES = ["input", "reconstruction", "difference"];
const GRID_COLUMNS = 20;
/** So long t-SNE computes before the page has its turn. */
const SLICE_MS = 12;

export class GanomalyLatent extends GanomalyElement {
  static observedAttributes = [...GanomalyElement.observedAttributes, "each"];

  /** @type {import("./latent/scoring.js").Collection | null} */
  #collection = null;
  /** @type {number | null} */
  #threshold = null;
  #seed = 0;
  /** Whether the image was reached by a key, so that it is to be said aloud. */
  #isByKey = false;
  /** @type {number[][] | null} where t-SNE puts the marks */
  #embedding = null;
  /** @type {AbortController | null} of t-SNE under way */
  #embedded = null;
  /** @type {() => void} */
  #wake = () => {};
  /** @type {LatentMap} */
  #map;
  #parts = /** @type {Record<string, any>} */ ({});

  styles() { return [latentStyle()]; }

  /** @param {HTMLElement} body */
  draw(body) {
    this.#collection = null;
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
      el("div", { class: "row" }, el("div", { class: "row methods", role: "group", "aria-label": text.method }, parts.pca, parts.tsne, parts.cancel), parts.images, parts.scores),
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
    const laid = collect(entry, each, this.text).then((collection) => { if (!signal.aborted) this.#lay(collection); });
    const [loaded] = await Promise.all([modelOf(this, entry), laid]);
    signal.throwIfAborted();
    this.#threshold = loaded.threshold;
    await this.#score(loaded, signal);
    for (const part of ["pca", "tsne", "highest", "lowest"]) this.#parts[part].disabled = false;
    for (const part of ["images", "scores"]) this.#parts[part].firstChild.disabled = false;
    this.#showPca();
  }

  /** Scores the images while there is somebody to see it; those that wait are pale. @param {import("./model.js").Loaded} loaded @param {AbortSignal} signal */
  async #score(loaded, signal) {
    const { marks } = this.#collection;
    const { progress, status } = this.#parts;
    progress.hidden = false;
    try {
      for await (const { from, to } of scoreAll(loaded, this.#collection)) {
        await this.#untilVisible(signal);
        signal.throwIfAborted();
        progress.value = to / marks.length;
        this.#map.show({ known: to });
        const { selected } = this.#map;
        if (selected >= from && selected < to) this.#select(selected, this.#isByKey);
      }
    } finally {
      progress.hidden = true;
      setText(status, "");
    }
    this.#map.scores = marks.map(({ scored }) => scored.score);
    if (this.#map.selected >= 0) this.#describe(this.#map.selected); // among all the others
  }

  /** @param {boolean} isVisible */
  visible(isVisible) { if (isVisible) this.#wake(); }

  /** Before anything is computed the images lie in rows, class by class. @param {import("./latent/scoring.js").Collection} collection */
  #lay(collection) {
    this.#collection = collection;
    const { sheet, marks } = collection;
    this.#map.looks = marks.map(({ cell, isAnomaly }) => {
      const picture = document.createElement("canvas");
      sheet.draw(picture, [cell]);
      return { isAnomaly, picture: new Stamp(picture) };
    });
    this.#map.place(marks.map((_, index) => [index % GRID_COLUMNS, Math.floor(index / GRID_COLUMNS)]));
    this.#map.show({ images: true });
    this.#parts.images.firstChild.checked = true;
    setText(this.#parts.status, this.text.latent.scoring(marks.length));
  }

  /** z of each image. */
  #latents() { return this.#collection.marks.map(({ scored }) => scored.latents[0]); }

  #showPca() {
    this.#embedded?.abort();
    const latents = this.#latents();
    const { project, shares } = pca(latents);
    this.#map.place(latents.map(project), true);
    this.#mapped("pca", this.text.latent.pcaDone(percent(shares[0] + shares[1])));
  }

  async #showTsne() {
    if (this.#embedding) this.#map.place(this.#embedding, true);
    else if (!(await this.#embed())) return;
    this.#mapped("tsne", this.text.latent.tsneDone(this.#seed));
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
        await this.#untilVisible(life);
        if (given.signal.aborted || life.aborted) return false;
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

  /** What nobody sees need not be computed. @param {AbortSignal} life */
  async #untilVisible(life) {
    while (!this.isVisible && !life.aborted) {
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
        life.addEventListener("abort", this.#wake, { once: true });
      });
    }
  }

  #busy(isBusy) {
    const { progress, cancel, tsne, status } = this.#parts;
    progress.hidden = !isBusy;
    progress.value = 0;
    cancel.hidden = !isBusy;
    tsne.disabled = isBusy;
    if (isBusy) setText(status, this.text.latent.tsneUnderWay);
  }

  #mapped(method, sentence) {
    for (const name of ["pca", "tsne"]) this.#parts[name].setAttribute("aria-pressed", String(name === method));
    setText(this.#parts.status, sentence);
    this.tell("mapped", { method, images: this.#collection.marks.length });
  }

  /** @param {1 | -1} sign for the highest or the lowest score */
  #selectExtreme(sign) {
    const scores = this.#collection.marks.map(({ scored }) => sign * scored.score);
    this.#map.select(scores.indexOf(Math.max(...scores)), true);
  }

  /** Tells of an image, as soon as it is scored. @param {number} index @param {boolean} isByKey */
  #select(index, isByKey) {
    this.#isByKey = isByKey;
    const said = this.#describe(index);
    if (isByKey) setText(this.#parts.spoken, said);
    const { scored, className, isAnomaly } = this.#collection.marks[index];
    if (!scored) return;
    const [z, again] = scored.latents;
    this.tell("selected", { index, class: className, isAnomaly, isFlagged: this.#isFlagged(scored), score: scored.score, z, again });
  }

  /** @param {number} index @returns {string} what is said of the image */
  #describe(index) {
    const { sheet, marks } = this.#collection;
    const { cell, scored, className, isAnomaly } = marks[index];
    const { title, pictures, verdict } = this.#parts;
    setText(title, this.text.latent.title(sheet.dataset, className, isAnomaly));
    title.classList.toggle("anomaly", isAnomaly);
    for (const canvas of pictures) {
      if (scored) drawPicture(canvas, scored[canvas.dataset.name]);
      else sheet.draw(canvas, canvas.dataset.name === "input" ? [cell] : []);
    }
    setText(verdict, scored ? this.#verdict(scored) : this.text.latent.toCome);
    return `${title.textContent}. ${verdict.textContent}`;
  }

  #isFlagged({ score }) { return this.#threshold !== null && score > this.#threshold; }

  #verdict(scored) {
    const text = this.text.latent;
    const significant = new Intl.NumberFormat(text.locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
    const all = this.#collection.marks.flatMap((mark) => mark.scored?.score ?? []);
    const lower = all.filter((score) => score < scored.score).length / all.length;
    const called = this.#threshold === null ? "" : text.called(significant.format(this.#threshold), this.#isFlagged(scored));
    return text.verdict(significant.format(scored.score), percent(lower)) + called;
  }
}

/** Rounded down: only the highest of all may be higher than all. */
const percent = (share) => `${Math.floor(100 * share)}\u00a0%`;

const pairs = (positions) => Array.from({ length: positions.length / 2 }, (_, index) => [positions[2 * index], positions[2 * index + 1]]);

function legend(text) {
  const entry = (kind, label) => el("span", { class: `key ${kind}` }, el("span", { "aria-hidden": "true" }, kind === "anomaly" ? "▲" : "●"), ` ${label}`);
  return el("p", { class: "legend quiet" }, entry("normal", text.normal), entry("anomaly", text.anomaly));
}

define("ganomaly-latent", GanomalyLatent);
