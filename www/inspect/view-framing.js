/** Which part of each image is used, drawn or typed, and into how many tiles it is cut. */
import { byId, drawPicture, el, setText, svg } from "../pkg/dom.js";
import { text } from "../text/inspect.js";
import { isOwner, isTraining } from "./store.js";

const PREVIEW_SIDE = 640;
const MOST_TILES = 8;
/** A rectangle smaller than that was a click. */
const SMALLEST = 0.02;
const WHOLE = { left: 0, top: 0, width: 1, height: 1 };
const SIDES = /** @type {const} */ (["left", "top", "width", "height"]);

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace */
export function showFraming(store, workspace) {
  const setFraming = (patch) => workspace.edit(({ settings }) => { settings.framing = { ...settings.framing, ...patch }; }, "settings");
  const panel = new FramingPanel((region) => setFraming({ region }), (tiles) => setFraming({ tiles }));
  byId("framing-panel").append(...panel.parts);
  let shown = "";
  const drawPreview = async ({ project }) => {
    const first = project?.normals[0]?.id ?? "";
    if (first === shown || !byId("framing").open) return;
    shown = first;
    if (first) panel.showImage(await workspace.picture(first, PREVIEW_SIDE).catch(() => null));
  };
  byId("framing").addEventListener("toggle", () => drawPreview(store.state));
  store.watch(["project", "normals", "settings", "seen", "access", "run"], (state) => {
    if (!state.project) return;
    const { project: { normals, settings }, seen } = state;
    byId("framing-none").hidden = normals.length > 0;
    byId("framing-panel").hidden = normals.length === 0;
    setText(byId("framing-summary"), [text.framing.summary(settings.framing, seen), ...(state.project.model ? [text.framing.retrain] : [])].join(" "));
    panel.draw(settings.framing, seen?.framing.tiles ?? 1, !isOwner(state) || isTraining(state));
    drawPreview(state);
  });
}

class FramingPanel {
  parts;
  #canvas = el("canvas", { class: "framing-image", role: "img", "aria-label": text.framing.canvas });
  #overlay = svg("svg", { class: "framing-overlay", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  #stage;
  #fields;
  #tiles;
  #whole;
  #region = WHOLE;
  #setRegion;
  #locked = false;

  /** @param {(region: any) => void} setRegion @param {(tiles: number | null) => void} setTiles null: as it suits the images */
  constructor(setRegion, setTiles) {
    this.#setRegion = setRegion;
    this.#stage = el("div", { class: "framing-stage", "data-testid": "framing-stage", onpointerdown: (event) => this.#drag(event) }, this.#canvas, this.#overlay);
    this.#fields = SIDES.map((side) => el("input", {
      type: "number", min: 0, max: 100, step: 0.1, id: `region-${side}`, "data-testid": `region-${side}`, onchange: () => this.#typed(),
    }));
    this.#tiles = el("input", {
      type: "number", min: 1, max: MOST_TILES, step: 1, id: "tiles", "data-testid": "tiles",
      onchange: () => { if (this.#tiles.reportValidity()) setTiles(this.#tiles.value === "" ? null : this.#tiles.valueAsNumber); },
    });
    this.#whole = el("button", { type: "button", "data-testid": "whole", onclick: () => setRegion(null) }, text.framing.whole);
    const label = (title, input) => el("label", { class: "field" }, el("span", {}, title), input);
    this.parts = [this.#stage, el("div", { class: "framing-fields" },
      el("p", { class: "quiet" }, text.framing.hint),
      el("div", { class: "settings-grid" }, ...SIDES.map((side, index) => label(text.framing[side], this.#fields[index])), this.#whole),
      el("div", { class: "settings-grid" }, label(text.framing.tiles, this.#tiles)),
      el("p", { class: "quiet" }, text.framing.tilesHint))];
  }

  /** @param {import("../pkg/engine/client.js").Picture | null} picture */
  showImage(picture) {
    if (picture) drawPicture(this.#canvas, picture);
  }

  /** @param {number} suited how many tiles there are where nothing is said */
  draw({ region, tiles }, suited, locked) {
    this.#locked = locked;
    this.#region = region ?? WHOLE;
    for (const control of [...this.#fields, this.#tiles]) control.disabled = locked;
    this.#whole.disabled = locked || region === null;
    SIDES.forEach((side, index) => { this.#fields[index].value = String(Math.round(this.#region[side] * 1000) / 10); });
    this.#tiles.value = tiles === null ? "" : String(tiles);
    this.#tiles.placeholder = String(suited);
    this.#drawOverlay(this.#region, tiles ?? suited);
  }

  #drawOverlay({ left, top, width, height }, tiles) {
    const shade = svg("path", { class: "outside", "fill-rule": "evenodd", d: `M0 0H1V1H0zM${left} ${top}h${width}v${height}h${-width}z` });
    const lines = Array.from({ length: tiles - 1 }, (_, index) => (index + 1) / tiles).flatMap((at) => [
      svg("line", { class: "tile", x1: left + width * at, x2: left + width * at, y1: top, y2: top + height }),
      svg("line", { class: "tile", x1: left, x2: left + width, y1: top + height * at, y2: top + height * at }),
    ]);
    this.#overlay.replaceChildren(shade, ...lines, svg("rect", { class: "region", x: left, y: top, width, height, fill: "none" }));
  }

  #drag(event) {
    if (this.#locked || event.button !== 0) return;
    event.preventDefault();
    const from = this.#place(event);
    const over = new AbortController();
    const listen = (type, act) => this.#stage.addEventListener(type, act, { signal: over.signal });
    const draw = (region) => this.#drawOverlay(region, Number(this.#tiles.value || this.#tiles.placeholder));
    listen("pointermove", (later) => draw(between(from, this.#place(later))));
    listen("pointerup", (later) => {
      const region = between(from, this.#place(later));
      if (region.width < SMALLEST || region.height < SMALLEST) return;
      this.#region = region;
      this.#setRegion(region);
    });
    // Comes last, however it ended.
    listen("lostpointercapture", () => {
      over.abort();
      draw(this.#region);
    });
    this.#stage.setPointerCapture(event.pointerId);
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    const within = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 1000;
    return { x: within((clientX - left) / width), y: within((clientY - top) / height) };
  }

  /** What was typed may reach over the edge: the rectangle is kept inside. */
  #typed() {
    if (!this.#fields.every((field) => field.reportValidity())) return;
    const [left, top, width, height] = this.#fields.map((field) => (field.valueAsNumber || 0) / 100);
    const kept = { left: Math.min(left, 1 - SMALLEST), top: Math.min(top, 1 - SMALLEST) };
    const region = { ...kept, width: Math.min(Math.max(width, SMALLEST), 1 - kept.left), height: Math.min(Math.max(height, SMALLEST), 1 - kept.top) };
    this.#setRegion(SIDES.every((side) => region[side] === WHOLE[side]) ? null : region);
  }
}

function between(from, to) {
  return {
    left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y),
  };
}
