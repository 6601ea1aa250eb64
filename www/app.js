/**
 * The page: puts the parts together. Everything heavy happens in worker.js.
 *
 * What automated tests can rely on (each is both an id and a data-testid unless noted):
 *   backend, backend-webgpu, backend-cpu (test ids of the radios), backend-status (its data-backend: "webgpu" | "cpu" | "")
 *   models; test ids model-card (data-model) and model-<id> (the radio); open-weights, weights-file, model-status,
 *     download, download-progress, download-cancel
 *   images-drop, images-choose, images-files, images-folder, images-folder-files; test ids set-builtin, set-own,
 *     set-builtin-text, set-own-text, which-base, which-tuned; which, filter, sort, clear-own, scoring, scoring-stop,
 *     show-more, gallery-empty
 *   cards (data-complete "true" once every image of the set in view has its scores, aria-busy while they come); test id card for each li with data-name, data-score, data-which
 *     ("base" | "tuned") and data-verdict ("normal" | "anomaly" | "unreadable" | "")
 *   rate, rate-text, threshold-text (data-threshold), histogram, counts, csv; explain (data-image), formula, explain-back
 *   normals-drop, normals-choose, normals-files, normals-folder, normals-folder-files, normals-digit, normals-builtin,
 *     normals, normals-count, normals-clear; settings, epochs, batch-size, learning-rate, seed, from-scratch; tune-start
 *   run (data-phase: starting, running, paused, stopping, cancelling, over), run-state, run-progress, run-numbers,
 *     run-pause, run-stop, run-cancel, losses (children with data-loss), improving
 *   comparison, comparison-rows, tuned-save, show-changed, tuned-open, tuned-file
 *   messages-page, messages-model, messages-images, messages-tune: each message is a div with data-kind ("info" |
 *     "warning" | "error"); an action in it has the test id message-action
 * The address may end in ?backend=cpu or ?backend=webgpu; without it WebGPU is tried first.
 */
import { EngineClient } from "./client.js";
import { byId } from "./dom.js";
import { Images } from "./images.js";
import { clearMessages, say } from "./messages.js";
import { Models } from "./models.js";
import { keepForOffline } from "./offline.js";
import { fetchSamples } from "./samples.js";
import { isTraining, Store } from "./store.js";
import { language, text } from "./text.js";
import { hasUnsavedWork, Tuning } from "./tuning.js";
import { showExplanation } from "./view-explain.js";
import { showGallery } from "./view-gallery.js";
import { listenForImages } from "./view-inputs.js";
import { showBackend, showModels } from "./view-models.js";
import { showThreshold } from "./view-threshold.js";
import { showTuning } from "./view-tuning.js";

const store = new Store();
const client = new EngineClient(engineReady, engineFailed);
const images = new Images(store, client);
const models = new Models(store, client, modelLoaded);
const tuning = new Tuning(store, client, images);

fillTexts();
showBackend(store, startEngine);
showModels(store, models);
showExplanation(store);
showThreshold(store);
showGallery(store, images);
showTuning(store, tuning);
listenForImages((found) => images.addOwn(found), (found) => tuning.addNormals(found), () => isTraining(store.state));
addEventListener("beforeunload", (event) => {
  if (hasUnsavedWork(store.state)) event.preventDefault();
});

startEngine(new URLSearchParams(location.search).get("backend") === "cpu" ? "cpu" : "webgpu");
showSamples();
models.start();

function fillTexts() {
  document.documentElement.lang = language;
  document.title = text.header.pageTitle;
  const find = (path) => path.split(".").reduce((part, key) => part[key], text);
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = find(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", find(element.dataset.label));
}

function startEngine(backend) {
  store.set({ engineBusy: true });
  client.start(backend);
}

function engineReady(status) {
  store.set({ engine: status, engineBusy: false });
  if (status.trouble) say("page", "warning", status.trouble);
  images.kick();
}

function engineFailed(error) {
  store.set({ engine: null, engineBusy: false });
  say("page", "error", error.message, { label: text.engine.retry, run: tryAgain });
}

function tryAgain() {
  clearMessages("page");
  startEngine("cpu");
  models.chooseFirst();
}

function modelLoaded() {
  images.forgetScores("base", "tuned");
  images.kick();
  // The first visit should spend its time on the first scores.
  setTimeout(() => keepForOffline(client), 3000);
}

async function showSamples() {
  try {
    const samples = await fetchSamples();
    store.set({ samples });
    byId("terms").textContent = samples.terms;
    const own = store.state.sets.own.length > 0;
    images.add("builtin", samples.shown);
    if (own) store.setView({ set: "own" });
  } catch {
    say("images", "warning", text.samples.missing);
  }
}
