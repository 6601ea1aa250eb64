/** The chain of networks with an image on its way through them (paper, Fig. 2). */
import { drawPicture, el, svg } from "../../dom.js";
import { method as ganomaly } from "../../methods/ganomaly.js";

const SYMBOLS = { input: "x", reconstruction: "x′" };

export class Flow {
  root;
  #text;
  #chain = el("div", { class: "chain", role: "img" });
  #pictures = Object.fromEntries(["input", "reconstruction", "difference"].map((name) => [name, el("canvas", { class: "pixels", width: 32, height: 32, "aria-hidden": "true" })]));
  #strips = [strip(), strip()];

  constructor(text) {
    this.#text = text;
    const { difference } = this.#pictures;
    this.root = el("section", { class: "flow" }, el("h3", {}, text.flow),
      el("div", { class: "flow-row" }, this.#chain, part("|x − x′|", text.difference, difference, "part picture apart")));
    this.name(ganomaly); // until it is known which it is
  }

  /** Draws the networks of a method. @param {import("../../methods.js").Method} method */
  name({ picture, figures }) {
    const { language } = this.#text;
    const drawn = picture.filter(({ kind, symbol }) => kind !== "code" || symbol.figure);
    this.#chain.setAttribute("aria-label", figures[language]?.flow ?? "");
    this.#chain.replaceChildren(...drawn.map((one) => this.#part(one, one.name[language])));
  }

  #part({ kind, of, shape, letter, index = "", latent, symbol }, name) {
    if (kind === "image") return part(SYMBOLS[of], name, this.#pictures[of], "part picture");
    return kind === "network" ? network(shape, letter, index, name) : part(symbol.figure, name, this.#strips[latent], "part code");
  }

  show(result) {
    for (const [name, canvas] of Object.entries(this.#pictures)) drawPicture(canvas, result[name]);
    const { latents = [] } = result;
    const largest = Math.max(...latents.flatMap((latent) => Array.from(latent, Math.abs)));
    latents.forEach((latent, index) => drawStrip(this.#strips[index], latent, largest));
  }
}

function part(symbol, name, content, className) {
  return el("div", { class: className }, content, el("span", { class: "symbol" }, symbol), el("span", { class: "name" }, name));
}

function network(shape, letter, index, name) {
  const points = shape === "narrowing" ? "1,3 43,28 43,52 1,77" : "1,28 43,3 43,77 1,52";
  const drawing = svg("svg", { viewBox: "0 0 44 80", "aria-hidden": "true" }, svg("polygon", { points }),
    svg("text", { x: 22, y: 46, "text-anchor": "middle" }, letter, svg("tspan", { dy: 5, class: "index" }, index)));
  return part("\u00a0", name, drawing, "part network");
}

/** A vector as a column of shades. */
const strip = () => svg("svg", { class: "strip", viewBox: "0 0 1 100", preserveAspectRatio: "none", "aria-hidden": "true" });

function drawStrip(strip, latent, largest) {
  strip.setAttribute("viewBox", `0 0 1 ${latent.length}`);
  strip.replaceChildren(...Array.from(latent, (value, index) =>
    svg("rect", { class: value < 0 ? "negative" : "positive", y: index, width: 1, height: 1, "fill-opacity": (Math.abs(value) / largest).toFixed(3) })));
}
