/** The diagram of the method in use, with the selected image going through it. */
import { byId, drawPicture, el, pictureCanvas, svg, verdictIcon } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { text } from "../text/demo.js";
import { currentItems, thresholdOf, verdictOf } from "./store.js";

const DIAGRAMS = { ganomaly: ganomalyDiagram, "skip-ganomaly": skipGanomalyDiagram };

/** @param {import("./store.js").DemoStore} store */
export function showExplanation(store) {
  const canvases = { input: pictureCanvas(), reconstruction: pictureCanvas(), difference: pictureCanvas() };
  byId("diagram").setAttribute("role", "img");
  store.watch(["model", "tuned", "view"], (state) => drawMethod(cardInView(state), canvases));
  let drawn = null;
  store.watch(["sets", "view", "calibration", "tuned", "model"], (state) => {
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

const cardInView = ({ view, model, tuned }) => (view.which === "tuned" ? tuned : model)?.card;
const methodOf = (card) => (card?.method in DIAGRAMS ? card.method : "ganomaly");

/** The texts about a card's score: the paper's, or one beyond it. */
const scoreTexts = (card) => text.explain.beyond[card?.score] ?? text.explain[methodOf(card)];

/** What the texts about a score depend on. */
const settingsOf = (card) => ({
  absolute: card?.training.latentDistance === "absolute",
  lambda: card?.training.scoreLambda ?? 0.9,
  code: text.explain[methodOf(card)].code,
});

function drawMethod(card, canvases) {
  const method = methodOf(card);
  const diagram = byId("diagram");
  const more = [...text.explain[method].more, scoreTexts(card).score(settingsOf(card))];
  if (byId("explain-more").textContent !== more.join("")) byId("explain-more").replaceChildren(...more.map((sentences) => el("p", {}, sentences)));
  const isPaper = scoreTexts(card) === text.explain[method];
  diagram.classList.toggle("beyond", !isPaper);
  diagram.setAttribute("aria-label", [text.explain[method].diagram, ...(isPaper ? [text.explain[method].compared] : [])].join(" "));
  if (diagram.dataset.method === method) return;
  diagram.dataset.method = method;
  diagram.replaceChildren(...DIAGRAMS[method](canvases, text.explain[method]));
}

/** What was clicked, else the image with the highest score so far: the clearest example. */
function selectedItem(state) {
  const { which, selected } = state.view;
  const scored = currentItems(state).filter((item) => item.results[which]?.score !== undefined);
  const clicked = scored.find((item) => item.id === selected);
  if (clicked || scored.length === 0) return clicked;
  return scored.reduce((a, b) => (b.results[which].score > a.results[which].score ? b : a));
}

function ganomalyDiagram({ input, reconstruction, difference }, { parts, distance }) {
  return [
    part("x", input, parts.input),
    network("narrowing", "G", "E", parts.encoder),
    part("z", latent(), parts.latent),
    network("widening", "G", "D", parts.decoder),
    part("x̂", reconstruction, parts.reconstruction),
    network("narrowing", "E", "", parts.second),
    part("ẑ", latent(), parts.secondLatent),
    el("div", { class: "bracket codes" }, distance),
    part("|x − x̂|", difference, parts.difference, "part-difference"),
  ];
}

function skipGanomalyDiagram({ input, reconstruction, difference }, { parts, error, features }) {
  return [
    part("x", input, parts.input),
    network("narrowing", "G", "E", parts.encoder),
    part("z", latent(), parts.latent),
    network("widening", "G", "D", parts.decoder),
    part("x̂", reconstruction, parts.reconstruction),
    network("narrowing", "D", "", parts.second),
    part("f", latent(), parts.secondLatent),
    skipConnections(),
    el("div", { class: "bracket error" }, error),
    el("div", { class: "bracket features" }, features),
    part("|x − x̂|", difference, parts.difference, "part-difference"),
  ];
}

/** Arcs from each stage of the encoder to its counterpart in the decoder, above the code. */
function skipConnections() {
  const arcs = [[8, 4, -13], [19, 11, -8], [29, 18, -3]].map(([x, y, peak]) =>
    svg("path", { d: `M${x},${y} C${x + 8},${peak} ${92 - x},${peak} ${100 - x},${y}`, "vector-effect": "non-scaling-stroke" }));
  return svg("svg", { class: "skips", viewBox: "0 0 100 80", preserveAspectRatio: "none" }, ...arcs);
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
  const card = cardInView(state);
  const verdict = verdictOf(state, item, which);
  const threshold = thresholdOf(state, which);
  const parts = [el("span", { class: "maths" }, scoreTexts(card).formula(settingsOf(card))), el("strong", { class: "number-text" }, format.score(result.score))];
  if (verdict) {
    parts.push(` ${verdict === "anomaly" ? ">" : "≤"} ${format.score(threshold)} `,
      el("span", { class: `verdict ${verdict}` }, verdictIcon(verdict), text.verdict[verdict]));
  }
  formula.replaceChildren(...parts, " ", el("span", { class: "quiet" }, item.name));
}
