/** The chain of networks with an image on its way through them (paper, Fig. 2). */
import { drawPicture, el, svg } from "../../dom.js";
import { SYMBOLS } from "./symbols.js";

export class Flow {
  root;
  #text;
  #chain = el("div", { class: "chain", role: "img" });
  #pictures = Object.fromEntries(["input", "reconstruction", "difference"].map((name) => [name, el("canvas", { class: "pixels", width: 32, height: 32, "aria-hidden": "true" })]));
  #strips = [strip(), strip()];

  constructor(text) {
    this.#text = text;
    const { input, difference } = this.#pictures;
    this.root = el("section", { class: "flow" }, el("h3", {}, text.flow),
      el("div", { class: "flow-row" }, this.#chain, part("|x − x′|", text.parts.difference, difference, "part picture apart")));
    this.name({ method: "ganomaly" });
  }

  /** Draws the networks of the card's method. @param {any} card */
  name({ method }) {
    const { parts, flowLabel } = this.#text;
    const { codes, second } = SYMBOLS[method];
    const { input, reconstruction } = this.#pictures;
    const [x, again] = [part("x", parts.input, input, "part picture"), part("x′", parts.reconstruction, reconstruction, "part picture")];
    const [encoder, decoder] = [network("narrowing", "G", "E", parts.encoder), network("widening", "G", "D", parts.decoder)];
    const last = network("narrowing", second, "", parts.second[method]);
    const [one, other] = this.#strips.map((strip, index) => part(codes[index], method === "ganomaly" ? parts.code : "", strip, "part code"));
    this.#chain.setAttribute("aria-label", flowLabel[method]);
    this.#chain.replaceChildren(...(method === "ganomaly" ? [x, encoder, one, decoder, again, last, other] : [x, encoder, decoder, again, last, one, other]));
  }

  show(result) {
    for (const [name, canvas] of Object.entries(this.#pictures)) drawPicture(canvas, result[name]);
    const largest = Math.max(...result.latents.flatMap((latent) => Array.from(latent, Math.abs)));
    result.latents.forEach((latent, index) => drawStrip(this.#strips[index], latent, largest));
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
