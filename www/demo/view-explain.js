/** The diagram of the method in use, with the selected image going through it. */
import { byId, drawPicture, el, pictureCanvas, svg, verdictIcon } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { settingsOf } from "../pkg/models/card.js";
import { text } from "../text/demo.js";
import { currentItems, FIRST_METHOD, thresholdOf, verdictOf } from "./store.js";

/** @param {import("./store.js").DemoStore} store */
export function showExplanation(store) {
  const canvases = { input: pictureCanvas(), reconstruction: pictureCanvas(), difference: pictureCanvas() };
  byId("diagram").setAttribute("role", "img");
  store.watch(["model", "tuned", "view"], (state) => drawMethod(cardInView(state), methodInView(state), canvases));
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
/** Before there is a model, the picture is that of the method to begin with. */
const methodInView = (state) => state.methods[cardInView(state)?.method ?? FIRST_METHOD];

/** The texts about a card's score: the paper's, or one beyond it. */
const scoreTexts = (card, method) => text.explain.beyond[card?.score] ?? method;

/** What the texts about a score depend on. */
function termsOf(card, { code }) {
  const { latentDistance, scoreLambda = 0.9 } = card ? settingsOf(card) : {};
  return { absolute: latentDistance === "absolute", lambda: scoreLambda, code };
}

function drawMethod(card, method, canvases) {
  const diagram = byId("diagram");
  const about = scoreTexts(card, method);
  const more = [...method.more, about.score(termsOf(card, method))];
  if (byId("explain-more").textContent !== more.join("")) byId("explain-more").replaceChildren(...more.map((sentences) => el("p", {}, sentences)));
  const isPaper = about === method;
  diagram.classList.toggle("beyond", !isPaper);
  diagram.setAttribute("aria-label", [method.diagram, ...(isPaper ? [method.comparison] : [])].join(" "));
  if (diagram.dataset.method === method.title) return;
  diagram.dataset.method = method.title;
  drawDiagram(diagram, method, canvases);
}

/** What was clicked, else the image with the highest score so far: the clearest example. */
function selectedItem(state) {
  const { which, selected } = state.view;
  const scored = currentItems(state).filter((item) => item.results[which]?.score !== undefined);
  const clicked = scored.find((item) => item.id === selected);
  if (clicked || scored.length === 0) return clicked;
  return scored.reduce((a, b) => (b.results[which].score > a.results[which].score ? b : a));
}

/** In shares of the width; the difference stands apart, at the end. */
const WIDTHS = { image: 7, network: 3.2, code: 2, gap: 0.3 };
/** On a phone, where the difference is left out. */
const NARROW = { image: 7, network: 3, code: 1.2 };

/** The picture of the method: a column for each part, what is compared below, and the difference. */
function drawDiagram(diagram, { picture, compared = [], skips }, canvases) {
  const { symbols, difference } = text.explain;
  const drawn = picture.filter(({ kind, symbol }) => kind !== "code" || symbol.page);
  const parts = drawn.map((one, index) => inColumn(partOf(one, symbols, canvases), index + 1));
  const brackets = compared.map(({ from, to, name }) => across(el("div", { class: "bracket" }, name), from, to));
  const arcs = skips ? [across(skipConnections(), ...skips)] : [];
  diagram.style.setProperty("--columns", columns([...drawn.map(({ kind, width }) => width ?? WIDTHS[kind]), WIDTHS.gap, WIDTHS.image]));
  diagram.style.setProperty("--narrow-columns", columns(drawn.map(({ kind }) => NARROW[kind])));
  diagram.replaceChildren(...parts, ...arcs, ...brackets, inColumn(part(symbols.difference, canvases.difference, difference, "part-difference"), drawn.length + 2));
}

const columns = (widths) => widths.map((width) => `minmax(0, ${width}fr)`).join(" ");

function inColumn(root, column) {
  root.style.setProperty("--column", String(column));
  return root;
}

function across(root, from, to) {
  root.style.gridColumn = `${from} / ${to + 1}`;
  return root;
}

function partOf({ kind, of, shape, letter, index = "", symbol, name }, symbols, canvases) {
  if (kind === "image") return part(symbols[of], canvases[of], name.page);
  return kind === "network" ? network(shape, letter, index, name.page) : part(symbol.page, latent(), name.page);
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
  const method = methodInView(state);
  const parts = [el("span", { class: "maths" }, scoreTexts(card, method).formula(termsOf(card, method))), el("strong", { class: "number-text" }, format.score(result.score))];
  if (verdict) {
    parts.push(` ${verdict === "anomaly" ? ">" : "≤"} ${format.score(threshold)} `,
      el("span", { class: `verdict ${verdict}` }, verdictIcon(verdict), text.verdict[verdict]));
  }
  formula.replaceChildren(...parts, " ", el("span", { class: "quiet" }, item.name));
}
