/** Shows step 1 and the backend switch, and tells the model logic what was clicked. */
import { byId, el, setText } from "./dom.js";
import * as format from "./format.js";
import { isTraining } from "./store.js";
import { text } from "./text.js";

/** @param {import("./store.js").Store} store @param {import("./models.js").Models} models */
export function showModels(store, models) {
  const cards = new Map();
  store.watch(["manifest", "samples"], (state) => buildCards(state, cards, (id) => models.choose(id)));
  store.watch(["manifest", "model", "loading", "run"], (state) => drawModels(state, cards));
  byId("open-weights").addEventListener("click", () => byId("weights-file").click());
  byId("weights-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) models.open(file);
  });
  byId("download-cancel").addEventListener("click", () => models.cancel());
}

function buildCards(state, cards, choose) {
  for (const entry of state.manifest) {
    if (!cards.has(entry.id)) cards.set(entry.id, buildCard(entry, choose));
    drawDigit(cards.get(entry.id).digit, entry, state.samples);
  }
  byId("models").append(...[...cards.values()].map((card) => card.root));
}

function buildCard(entry, choose) {
  const radio = el("input", { type: "radio", name: "model", value: entry.id, "data-testid": `model-${entry.id}`, onchange: () => choose(entry.id) });
  const digit = el("span", { class: "digit", "aria-hidden": "true" }, entry.card.data.anomalousClasses.join(" "));
  const { metrics } = entry.card;
  const figures = el("span", { class: "figures quiet" }, text.models.figures(metrics ? format.score(metrics.auc) : null, format.megabytes(entry.bytes)));
  const root = el("label", { class: "model-card", "data-testid": "model-card", "data-model": entry.id }, radio, digit,
    el("span", { class: "title" }, entry.title), figures);
  return { root, radio, digit };
}

/** A picture says more than the numeral. */
function drawDigit(place, entry, samples) {
  const digit = Number(entry.card.data.anomalousClasses[0]);
  if (!samples?.digits.includes(digit) || place.querySelector("canvas")) return;
  const canvas = el("canvas", { class: "picture" });
  samples.drawExample(digit, canvas);
  place.replaceChildren(canvas);
}

function drawModels(state, cards) {
  const { loading, model } = state;
  const chosen = loading?.id ?? model?.id ?? "";
  for (const [id, { radio }] of cards) {
    radio.checked = id === chosen;
    radio.disabled = isTraining(state);
  }
  byId("open-weights").disabled = isTraining(state);
  byId("download").hidden = !loading;
  if (loading) {
    byId("download-progress").value = loading.total ? loading.received / loading.total : 0;
    setText(byId("download-text"), text.models.loading(loading.title, format.megabytes(loading.received), format.megabytes(loading.total)));
  }
  const status = isTraining(state) ? text.models.busy : model ? text.models.loaded(model.title, describe(model.card)) : text.models.none;
  setText(byId("model-status"), status);
  byId("model-status").hidden = Boolean(loading);
}

/** Size, network and training of a model in one line. */
function describe({ model, epochsTrained, metrics }) {
  return text.models.description(model.size, model.channels, model.latentSize, model.features, epochsTrained, metrics);
}

/** @param {import("./store.js").Store} store @param {(backend: string) => void} choose */
export function showBackend(store, choose) {
  const radios = [...byId("backend").querySelectorAll("input")];
  for (const radio of radios) radio.addEventListener("change", () => choose(radio.value));
  store.watch(["engine", "engineBusy", "run"], (state) => {
    for (const radio of radios) {
      if (state.engine) radio.checked = radio.value === state.engine.backend;
      radio.disabled = isTraining(state);
    }
    const status = byId("backend-status");
    status.dataset.backend = state.engine?.backend ?? "";
    setText(status, state.engineBusy ? text.backend.starting : state.engine ? text.backend.ready(state.engine) : text.backend.none);
  });
}
