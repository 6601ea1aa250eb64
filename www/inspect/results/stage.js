/** One image, large and whole, with a heatmap over it and a frame around a part of it. */
import { drawPicture, el, setText, svg } from "../../pkg/dom.js";
import { text } from "../../text/results.js";

/** Images of fewer pixels a side are shown as the squares that they are made of. */
const FEW_PIXELS = 160;

export class Stage {
  root;
  #picture = el("canvas", { class: "stage-picture", role: "img" });
  #heat = el("canvas", { class: "stage-heat", "aria-hidden": "true", "data-testid": "heat" });
  #frame = svg("svg", { class: "stage-frame", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  #trouble = el("p", { class: "stage-trouble", hidden: true });
  #series = el("p", { class: "quiet", "data-testid": "series", hidden: true });
  #box;

  constructor() {
    this.#box = el("div", { class: "stage-box" }, this.#picture, this.#heat, this.#frame);
    this.root = el("div", { class: "stage", "data-testid": "stage" }, this.#box, this.#series, this.#trouble);
  }

  /** @param {string} name @param {Promise<[import("../../pkg/engine/client.js").Picture, import("../../pkg/wasm/ganomaly.js").Series | undefined]>} making the image, and what its file has more of @param {() => boolean} isWanted whether it is still this image that is to be seen */
  async show(name, making, isWanted) {
    this.#heat.hidden = true;
    this.#frame.replaceChildren();
    this.root.dataset.shown = "";
    try {
      const [picture, series] = await making;
      if (isWanted()) this.#draw(picture, series, name);
    } catch (error) {
      if (isWanted()) this.#fail(error.name === "NotFoundError" ? text.viewer.gone : text.viewer.noPicture(error.message));
    }
  }

  #draw(picture, series, name) {
    this.#series.hidden = !series;
    if (series) setText(this.#series, text.viewer.series[series.kind](series.count));
    this.#trouble.hidden = true;
    this.#box.hidden = false;
    drawPicture(this.#picture, picture);
    this.#picture.setAttribute("aria-label", name);
    this.#box.style.setProperty("--ratio", String(picture.width / picture.height));
    this.#box.classList.toggle("few-pixels", Math.max(picture.width, picture.height) < FEW_PIXELS);
    this.root.dataset.shown = name;
  }

  #fail(why) {
    this.#series.hidden = true;
    this.#box.hidden = true;
    this.#trouble.hidden = false;
    setText(this.#trouble, why);
    this.root.dataset.shown = "none";
  }

  /** @param {import("../../pkg/engine/client.js").Picture | null} heatmap @param {number} opacity 0..1 */
  showHeat(heatmap, opacity) {
    this.#heat.hidden = !heatmap;
    if (!heatmap) return;
    drawPicture(this.#heat, heatmap);
    this.#heat.style.opacity = String(opacity);
  }

  /** @param {{ left: number, top: number, width: number, height: number }[]} regions in shares of the image */
  showFrames(regions) {
    const frame = (layer) => ({ left, top, width, height }) => svg("rect", { class: layer, x: left, y: top, width, height, fill: "none" });
    this.#frame.replaceChildren(...["under", "over"].flatMap((layer) => regions.map(frame(layer))));
  }
}
