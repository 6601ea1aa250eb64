/** Why an image has its score: the heatmaps over it, the terms of the score, and the most similar normal images. */
import { el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";

const REST_MS = 250;
const HEATMAPS = ["places", "reconstruction", "features"];

export class ExplainPanel {
  root;
  /** The controls of the heatmap, to be placed by the picture. */
  controls;
  #explanations;
  #stage;
  #thumbnails;
  #store;
  #state = el("p", { class: "quiet", role: "status", id: "explain-state", "data-testid": "explain-state" });
  #content = el("div", { id: "explanation", "data-testid": "explanation" });
  #opacity = el("input", { type: "range", min: 0, max: 100, step: 5, value: 60, id: "heat-opacity", "data-testid": "heat-opacity", oninput: () => this.#drawHeat() });
  #kinds;
  #switch;
  #timer = 0;
  #busy = false;
  #kind = HEATMAPS[0];
  #isOn = true;
  /** @type {any} */
  #image = null;
  /** @type {any} */
  #explained = null;

  /**
   * @param {import("../store.js").InspectStore} store @param {import("./explanations.js").Explanations} explanations
   * @param {import("./stage.js").Stage} stage @param {import("../thumbnails.js").Thumbnails} thumbnails of normal images
   */
  constructor(store, explanations, stage, thumbnails) {
    this.#store = store;
    this.#explanations = explanations;
    this.#stage = stage;
    this.#thumbnails = thumbnails;
    this.#kinds = HEATMAPS.map((kind) => el("input", {
      type: "radio", name: "heatmap", value: kind, checked: kind === this.#kind, "data-testid": `heatmap-${kind}`, onchange: () => { this.#kind = kind; this.#drawHeat(); },
    }));
    this.#switch = el("input", { type: "checkbox", checked: true, "data-testid": "heatmap-on", onchange: () => { this.#isOn = this.#switch.checked; this.#drawHeat(); } });
    this.controls = el("fieldset", { class: "plain heat-controls", hidden: true }, el("legend", { class: "visually-hidden" }, text.explain.heatmap),
      el("label", { class: "check" }, this.#switch, el("span", {}, text.explain.heatmap)),
      el("div", { class: "segmented" }, ...this.#kinds.map((input) => el("label", {}, input, el("span", {}, text.explain.heatmaps[input.value])))),
      el("label", { class: "field heat-opacity" }, el("span", {}, text.explain.opacity), this.#opacity));
    this.root = el("section", { class: "explain", "aria-labelledby": "explain-heading" }, el("h3", { id: "explain-heading" }, text.explain.heading), this.#state, this.#content);
  }

  /** Explains an image when it has been looked at for a moment. @param {any} image */
  show(image) {
    clearTimeout(this.#timer);
    this.#image = image;
    this.#explained = null;
    this.#content.replaceChildren();
    this.controls.hidden = true;
    setText(this.#state, "");
    const known = image && this.#explanations.known(image.id);
    if (known) this.#draw(known);
    else if (image && image.error === undefined) this.#timer = setTimeout(() => this.#work(), REST_MS);
  }

  toggleHeat() {
    this.#isOn = !this.#isOn;
    this.#switch.checked = this.#isOn;
    this.#drawHeat();
  }

  /** One at a time; what was left behind meanwhile is not worked out. */
  async #work() {
    if (this.#busy) return;
    const { obstacle } = this.#explanations;
    if (obstacle) return setText(this.#state, obstacle === "training" ? text.explain.waitingTraining : text.explain.waitingModel);
    const image = this.#image;
    setText(this.#state, text.explain.working);
    this.#busy = true;
    try {
      const explained = await this.#explanations.of(image.id);
      if (this.#image === image) this.#draw(explained);
    } catch (error) {
      if (this.#image === image) setText(this.#state, text.explain.failed(error.name === "NotFoundError" ? text.viewer.gone : error.message));
    }
    this.#busy = false;
    if (this.#image && this.#image !== image && !this.#explained && this.#image.error === undefined) this.#work();
  }

  #draw(explained) {
    this.#explained = explained;
    const { tiles = [], terms = [], complexity = 0, nearest = [], spots = [] } = explained;
    const oddest = tiles.length > 1 ? tiles.reduce((best, tile) => (tile.score > best.score ? tile : best)) : null;
    const { width, height } = explained;
    const sizes = spots.map(({ region }) => `${Math.round(region.width * width)} × ${Math.round(region.height * height)}`);
    const where = explained.heatmaps?.places ? (sizes.length > 0 ? text.explain.spots(sizes) : text.explain.noSpot) : "";
    setText(this.#state, where || (oddest ? text.explain.tile : ""));
    this.#stage.showFrames(spots.length > 0 ? spots.map((spot) => spot.region) : oddest ? [oddest.region] : []);
    const there = HEATMAPS.filter((kind) => explained.heatmaps?.[kind]);
    this.controls.hidden = there.length === 0;
    if (!there.includes(this.#kind) && there.length > 0) this.#kind = there[0];
    this.#drawHeat();
    this.#content.replaceChildren(...(terms.length > 0 ? [termBars(terms, complexity)] : []), ...(nearest.length > 0 ? [this.#nearest(nearest)] : []));
  }

  #drawHeat() {
    const { heatmaps = {} } = this.#explained ?? {};
    this.#kinds[0].closest(".segmented").hidden = Object.keys(heatmaps).length < 2;
    for (const input of this.#kinds) {
      input.checked = input.value === this.#kind;
      input.parentElement.hidden = !heatmaps[input.value];
    }
    this.#opacity.setAttribute("aria-valuetext", text.explain.opacityValue(this.#opacity.value));
    this.#stage.showHeat(this.#isOn ? heatmaps[this.#kind] ?? null : null, this.#opacity.valueAsNumber / 100);
  }

  #nearest(nearest) {
    const { project } = this.#store.state;
    const names = new Map(project.normals.map((image) => [image.id, image.name]));
    return el("div", {}, el("h4", {}, text.explain.nearest), el("ul", { class: "nearest", "data-testid": "nearest" }, ...eachImageOnce(nearest, project.model.known).map(({ index, distance }) => {
      const id = project.model.trainedOn[project.model.known[index]];
      const name = names.get(id);
      const canvas = el("canvas", { class: "thumbnail", "aria-hidden": "true" });
      if (name !== undefined) this.#thumbnails.show(id, canvas);
      const words = name === undefined ? text.explain.nearestGone : text.explain.nearestOne(name, format.score(distance));
      return el("li", { title: words }, canvas, el("span", { class: "one-line" }, words));
    })));
  }
}

/** Several tiles of one image may be near: the nearest stands for it. */
function eachImageOnce(nearest, known) {
  const seen = new Set();
  return nearest.filter(({ index }) => !seen.has(known[index]) && seen.add(known[index]));
}

/** With few images to learn it from, complexity adds nothing but what rounding leaves. */
const WORTH_SAYING = 0.005;

/** What each term adds to the score against what it adds for normal images, the one that stands out most first. */
function termBars(terms, complexity) {
  const sorted = [...terms].sort((a, b) => b.contribution - a.contribution);
  const most = Math.max(sorted[0].contribution, Number.MIN_VALUE);
  const rows = sorted.map(({ name, value, typical, contribution }, index) => {
    const bar = el("span", { class: "term-bar", "aria-hidden": "true" }, el("span", { class: "term-value" }));
    bar.firstElementChild.style.width = `${(Math.max(contribution, 0) / most) * 100}%`;
    const isMain = index === 0 && contribution > 0;
    return el("li", { "data-term": name, class: isMain ? "main-term" : "" }, el("strong", {}, text.explain.names[name] ?? name), ": ",
      el("span", {}, text.explain.term(format.score(value / typical), format.score(contribution))), bar);
  });
  return el("div", {}, el("h4", {}, text.explain.terms), el("ul", { class: "terms", "data-testid": "terms" }, ...rows),
    ...(Math.abs(complexity) >= WORTH_SAYING ? [el("p", {}, text.explain.complexity(format.score(complexity)))] : []),
    el("p", { class: "quiet" }, text.explain.termsHint));
}
