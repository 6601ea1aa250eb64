/** The diagram encoder, decoder, encoder, with the selected image going through it. */
import { byId, drawPicture, el, pictureCanvas, svg, verdictIcon } from "./dom.js";
import * as format from "./format.js";
import { currentItems, thresholdOf, verdictOf } from "./store.js";
import { text } from "./text.js";

/** @param {import("./store.js").Store} store */
export function showExplanation(store) {
  const canvases = { input: pictureCanvas(), reconstruction: pictureCanvas(), difference: pictureCanvas() };
  byId("diagram").append(...buildDiagram(canvases));
  byId("diagram").setAttribute("role", "img");
  byId("diagram").setAttribute("aria-label", text.explain.diagram);
  let drawn = null;
  store.watch(["sets", "view", "calibration", "tuned"], (state) => {
    const item = selectedItem(state);
    const result = item?.results[state.view.which];
    if (result?.input && result !== drawn) {
      for (const name of Object.keys(canvases)) drawPicture(canvases[name], result[name]);
      drawn = result;
    }
    byId("explain").dataset.image = result ? item.name : "";
    drawFormula(state, item, result);
  });
}

/** What was clicked, else the image with the highest score so far: the clearest example. */
function selectedItem(state) {
  const { which, selected } = state.view;
  const scored = currentItems(state).filter((item) => item.results[which]?.score !== undefined);
  const clicked = scored.find((item) => item.id === selected);
  if (clicked || scored.length === 0) return clicked;
  return scored.reduce((a, b) => (b.results[which].score > a.results[which].score ? b : a));
}

function buildDiagram({ input, reconstruction, difference }) {
  return [
    part("x", input, text.explain.parts.input),
    network("narrowing", "G", "E", text.explain.parts.encoder),
    part("z", latent(), text.explain.parts.latent),
    network("widening", "G", "D", text.explain.parts.decoder),
    part("x̂", reconstruction, text.explain.parts.reconstruction),
    network("narrowing", "E", "", text.explain.parts.secondEncoder),
    part("ẑ", latent(), text.explain.parts.secondLatent),
    el("div", { class: "bracket" }, text.explain.parts.distance),
    part("|x − x̂|", difference, text.explain.parts.difference, "part-difference"),
  ];
}

function part(symbol, content, caption, className = "") {
  return el("div", { class: `part ${className}` }, content, el("span", { class: "symbol" }, symbol), el("span", { class: "part-name quiet" }, caption));
}

function network(shape, letter, index, caption) {
  const points = shape === "narrowing" ? "1,4 35,26 35,54 1,76" : "1,26 35,4 35,76 1,54";
  const drawing = svg("svg", { class: "network", viewBox: "0 0 36 80" }, svg("polygon", { points }),
    svg("text", { x: 18, y: 45, "text-anchor": "middle" }, letter, svg("tspan", { dy: 4, class: "index" }, index)));
  return part("", drawing, caption, "part-network");
}

/** A column of squares stands for the vector z. */
function latent() {
  const squares = Array.from({ length: 8 }, (_, row) => svg("rect", { x: 1, y: 1 + row * 10, width: 10, height: 10, class: `shade-${(row * 5) % 3}` }));
  return svg("svg", { class: "latent", viewBox: "0 0 12 82" }, ...squares);
}

function drawFormula(state, item, result) {
  const formula = byId("formula");
  if (result?.score === undefined) return formula.replaceChildren(text.explain.waiting);
  const { which } = state.view;
  const verdict = verdictOf(state, item, which);
  const threshold = thresholdOf(state, which);
  const parts = [el("span", { class: "maths" }, "A(x) = mean (z − ẑ)² = "), el("strong", { class: "number-text" }, format.score(result.score))];
  if (verdict) {
    parts.push(` ${verdict === "anomaly" ? ">" : "≤"} ${format.score(threshold)} `,
      el("span", { class: `verdict ${verdict}` }, verdictIcon(verdict), text.verdict[verdict]));
  }
  formula.replaceChildren(...parts, " ", el("span", { class: "quiet" }, item.name));
}
