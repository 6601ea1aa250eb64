/** Step 1: the list of models, first by data set, then by class, with the method as a switch; and which is in use. */
import { byId, el, setText } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { className, datasetTitle, text } from "../text/demo.js";
import { counterpartOf, datasetsIn, methodsIn, methodsOf, modelsIn, taskOf, titleOf } from "./catalogue.js";
import { isTraining } from "./store.js";

const PICTURES_OF_DATASET = 4;
const MOST_PICTURES_OF_MODEL = 3;

/** @param {import("./store.js").DemoStore} store @param {import("./models.js").Models} models */
export function showModels(store, models) {
  const tiles = new Map();
  const cards = new Map();
  const look = (patch) => store.set({ browse: { ...store.state.browse, ...patch } });
  const choose = (id) => models.choose(id, { inPassing: cameByKey });
  store.watch(["manifest"], (state) => buildTiles(state, tiles, (dataset) => look({ dataset })));
  store.watch(["manifest", "covers", "browse", "model"], (state) => drawTiles(state, tiles));
  store.watch(["manifest"], (state) => buildMethods(state, (method) => {
    look({ method });
    const other = otherMethod(store.state);
    if (other) choose(other.id);
  }));
  store.watch(["manifest", "browse", "run"], drawMethods);
  store.watch(["manifest", "covers", "browse"], (state) => placeCards(state, cards, choose));
  store.watch(["manifest", "covers", "browse", "model", "loading", "run"], (state) => drawChoice(state, cards));
  store.watch(["model", "loading", "run"], drawStatus);
  listenForFiles(models);
}

let cameByKey = false;
for (const [type, isKey] of /** @type {const} */ ([["keydown", true], ["pointerdown", false]])) {
  addEventListener(type, () => { cameByKey = isKey; }, { capture: true });
}

function listenForFiles(models) {
  byId("open-weights").addEventListener("click", () => byId("weights-file").click());
  byId("weights-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) models.open(file);
  });
  byId("download-cancel").addEventListener("click", () => models.cancel());
}

/** The model that is on its way, else the one in use. */
const chosenId = ({ loading, model }) => loading?.id ?? model?.id ?? "";
const entryOf = ({ manifest }, id) => manifest?.find((entry) => entry.id === id);
const classesOf = ({ covers }, dataset) => covers[dataset]?.classes ?? [];

/** Which method is shown: the one that was asked for, if the data set has models of it. */
function methodShown({ manifest, browse }) {
  const methods = methodsIn(manifest ?? [], browse.dataset);
  return methods.includes(browse.method) ? browse.method : methods[0];
}

/** After the switch: the model for the same task by the method that is shown now, if another one is chosen. */
function otherMethod(state) {
  const entry = entryOf(state, chosenId(state));
  if (entry?.card.data.dataset !== state.browse.dataset || entry.card.method === methodShown(state)) return undefined;
  return counterpartOf(state.manifest, entry, methodShown(state));
}

// Data sets

function buildTiles({ manifest }, tiles, choose) {
  byId("model-gallery").hidden = manifest?.length === 0;
  for (const dataset of datasetsIn(manifest ?? [])) {
    if (!tiles.has(dataset)) tiles.set(dataset, buildTile(dataset, choose));
  }
  byId("datasets").replaceChildren(...[...tiles.values()].map((tile) => tile.root));
}

function buildTile(dataset, choose) {
  const radio = el("input", { type: "radio", name: "dataset", value: dataset, "data-testid": `dataset-${dataset}`, onchange: () => choose(dataset) });
  const canvas = el("canvas", { class: "picture strip-of-four", "aria-hidden": "true" });
  const badge = el("span", { class: "badge", hidden: true }, text.models.inUse);
  const about = text.datasets[dataset]?.about ?? "";
  const root = el("label", { class: "dataset" }, radio, canvas,
    el("span", { class: "title" }, datasetTitle(dataset)), badge, el("span", { class: "quiet about" }, about));
  return { root, radio, canvas, badge, drawn: false };
}

function drawTiles(state, tiles) {
  const used = entryOf(state, state.model?.id)?.card.data.dataset;
  for (const [dataset, tile] of tiles) {
    tile.radio.checked = dataset === state.browse.dataset;
    tile.badge.hidden = dataset !== used;
    const cover = state.covers[dataset];
    if (!cover || tile.drawn) continue;
    cover.draw(tile.canvas, firstCells(cover, cover.classes).slice(0, PICTURES_OF_DATASET));
    tile.drawn = true;
  }
}

const firstCells = (cover, classes) => classes.flatMap((name) => cover.cells.get(name)?.slice(0, 1) ?? []);

// Methods

function buildMethods({ manifest, methods }, choose) {
  const all = methodsOf(manifest ?? []);
  byId("method-choice").replaceChildren(...all.map((id) => el("label", {}, el("input", {
    type: "radio", name: "method", value: id, "data-testid": `method-${id}`, "aria-describedby": `note-${id}`, onchange: () => choose(id),
  }), el("span", {}, methods[id].title))));
  byId("method-notes").replaceChildren(...all.map((id) => el("p", { id: `note-${id}` }, methods[id].note)));
}

function drawMethods(state) {
  const possible = methodsIn(state.manifest ?? [], state.browse.dataset);
  const shown = methodShown(state);
  for (const radio of byId("method-choice").querySelectorAll("input")) {
    radio.checked = radio.value === shown;
    radio.disabled = isTraining(state) || !possible.includes(radio.value);
    byId(`note-${radio.value}`).classList.toggle("shown", radio.checked);
  }
}

// Models

function placeCards(state, cards, choose) {
  const { dataset } = state.browse;
  const classes = classesOf(state, dataset);
  const place = (entry) => classes.indexOf(taskOf(entry.card, classes).classes[0]);
  const shown = modelsIn(state.manifest ?? [], dataset, methodShown(state)).sort((a, b) => place(a) - place(b));
  const kinds = new Set(shown.map((entry) => taskOf(entry.card, classes).kind));
  const { legend, hint } = text.models.kinds[kinds.size === 1 ? [...kinds][0] : "mixed"];
  if (shown.length > 0) setText(byId("models-legend"), legend);
  setText(byId("models-hint"), hint);
  for (const entry of shown) {
    if (!cards.has(entry.id)) cards.set(entry.id, buildCard(entry, choose));
    nameCard(cards.get(entry.id), entry, state, kinds.size === 1);
  }
  const roots = shown.map((entry) => cards.get(entry.id).root);
  const list = byId("models");
  if (roots.some((root, index) => root !== list.children[index]) || list.children.length !== roots.length) list.replaceChildren(...roots);
  const data = shown[0]?.card.data;
  setText(byId("models-terms"), data ? text.models.terms(data.terms, data.notes ?? []) : "");
}

function buildCard(entry, choose) {
  const radio = el("input", { type: "radio", name: "model", value: entry.id, "data-testid": `model-${entry.id}`, onchange: () => choose(entry.id) });
  const canvas = el("canvas", { class: "picture", "aria-hidden": "true" });
  const title = el("span", { class: "title" });
  const auc = entry.card.metrics?.auc;
  const root = el("label", { class: "model-card", "data-testid": "model-card", "data-model": entry.id }, canvas, title, radio,
    el("span", { class: "figures quiet" }, auc === undefined ? "" : el("span", {}, text.models.auc(format.score(auc))), " ",
      el("span", {}, format.megabytes(entry.bytes))));
  return { root, radio, canvas, title, drawn: false };
}

/** A picture says more than the name. */
function nameCard(card, entry, state, isOneKind) {
  const { dataset } = state.browse;
  const { kind, classes } = taskOf(entry.card, classesOf(state, dataset));
  const names = classes.map((name) => className(dataset, name));
  setText(card.title, isOneKind ? text.models.classTitle(names) : titleOf(entry, classesOf(state, dataset)));
  card.root.classList.toggle("wide", kind === "defects" && classes.length > 1);
  const cover = state.covers[dataset];
  if (!cover || card.drawn) return;
  const cells = firstCells(cover, classes).slice(0, MOST_PICTURES_OF_MODEL);
  if (cells.length > 0) cover.draw(card.canvas, cells);
  card.drawn = true;
}

function drawChoice(state, cards) {
  const chosen = chosenId(state);
  for (const [id, { radio }] of cards) {
    radio.checked = id === chosen;
    radio.disabled = isTraining(state);
  }
  byId("open-weights").disabled = isTraining(state);
}

// What is in use

function drawStatus(state) {
  const { loading, model } = state;
  byId("download").hidden = !loading;
  if (loading) {
    byId("download-progress").value = loading.total ? loading.received / loading.total : 0;
    setText(byId("download-text"), text.models.loading(loading.title, format.megabytes(loading.received), format.megabytes(loading.total)));
  }
  const status = byId("model-status");
  const [inShort, details] = isTraining(state) ? [text.models.busy, ""] : model ? [text.models.loaded(model.title), describe(model.card, state.methods[model.card.method])] : [text.models.none, ""];
  status.replaceChildren(el("strong", {}, inShort), " ", el("span", { class: "quiet" }, details));
  status.hidden = Boolean(loading);
  Object.assign(status.dataset, { model: model?.id ?? "", dataset: model?.card.data.dataset ?? "", method: model?.card.method ?? "" });
}

/** Data, method, size, network and training of a model in one line. */
function describe({ data, model, epochsTrained, metrics }, { title, code }) {
  return text.models.description({
    ...model, code, latent: model.latentSize, epochs: epochsTrained, metrics,
    dataset: datasetTitle(data.dataset), method: title,
  });
}
