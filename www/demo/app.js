/**
 * The demo: puts the parts together. Everything heavy happens in pkg/engine/worker.js.
 *
 * What automated tests can rely on (each is both an id and a data-testid unless noted):
 *   backend, backend-webgpu, backend-cpu (test ids of the radios), backend-status (its data-backend: "webgpu" | "cpu" | "")
 *   model-gallery; test ids dataset-<name> and method-<name> (radios), model-card (data-model) and model-<id> (the radio);
 *     open-weights, weights-file, model-status (data-model, data-dataset and data-method of the model in use),
 *     download, download-progress, download-cancel
 *   images-drop, images-choose, images-files, images-folder, images-folder-files; test ids set-builtin, set-own,
 *     set-builtin-text, set-own-text, which-base, which-tuned; which, filter, sort, clear-own, scoring, scoring-stop,
 *     show-more, gallery-empty
 *   cards (data-complete "true" once every image of the set in view has its scores, aria-busy while they come); test id card for each li with data-name, data-score, data-which
 *     ("base" | "tuned") and data-verdict ("normal" | "anomaly" | "unreadable" | "")
 *   rate, rate-text, threshold-text (data-threshold), histogram, counts, csv; explain (data-image), formula, explain-back
 *   normals-drop, normals-choose, normals-files, normals-folder, normals-folder-files, normals-class, normals-builtin,
 *     normals, normals-count, normals-clear; settings, epochs, batch-size, learning-rate, seed, from-scratch; tune-start
 *   run (data-phase: starting, running, paused, stopping, cancelling, over), run-state, run-progress, run-numbers,
 *     run-pause, run-stop, run-cancel, losses (children with data-loss), improving
 *   comparison, comparison-rows, tuned-save, show-changed, tuned-open, tuned-file
 *   messages-page, messages-model, messages-images, messages-tune: each message is a div with data-kind ("info" |
 *     "warning" | "error"); an action in it has the test id message-action
 * The address may end in ?backend=cpu or ?backend=webgpu; without it WebGPU is tried first.
 */
import { CHART_STYLE } from "../pkg/charts/style.js";
import { EngineClient } from "../pkg/engine/client.js";
import { showBackend } from "../shared/backend.js";
import { methodOf } from "../pkg/methods.js";
import * as pictures from "../pkg/engine/pictures.js";
import { coverOf, samplesOf } from "../pkg/models/loader.js";
import { byId, fillTexts, setText } from "../pkg/dom.js";
import { clearMessages, say } from "../shared/messages.js";
import { keepForOffline } from "../shared/offline.js";
import { text } from "../text/demo.js";
import { datasetsIn } from "./catalogue.js";
import { Images } from "./images.js";
import { Models } from "./models.js";
import { BuiltIn } from "./samples.js";
import { DemoStore, FIRST_METHOD, isTraining } from "./store.js";
import { hasUnsavedWork, Tuning } from "./tuning.js";
import { showExplanation } from "./view-explain.js";
import { showGallery } from "./view-gallery.js";
import { listenForImages } from "./view-inputs.js";
import { showModels } from "./view-models.js";
import { showThreshold } from "./view-threshold.js";
import { showTuning } from "./view-tuning.js";

const store = new DemoStore();
const client = new EngineClient(engineReady, engineFailed);
const images = new Images(store, client);
const builtIn = new BuiltIn(store, images);
const models = new Models(store, client, modelChosen, modelLoaded);
const tuning = new Tuning(store, client, images);

store.set({ methods: { [FIRST_METHOD]: await methodOf(FIRST_METHOD) } });
document.adoptedStyleSheets = [CHART_STYLE];
fillTexts(text, text.header.pageTitle);
showBackend(store, startEngine, isTraining);
showModels(store, models);
showExplanation(store);
showThreshold(store);
showGallery(store, images);
showTuning(store, tuning);
listenForImages((found) => images.addOwn(found), (found) => tuning.addNormals(found), () => isTraining(store.state));
store.watch(["samples"], ({ samples }) => setText(byId("terms"), samples ? text.samples.terms(samples.terms) : ""));
addEventListener("beforeunload", (event) => {
  if (hasUnsavedWork(store.state)) event.preventDefault();
});

startEngine(new URLSearchParams(location.search).get("backend") === "cpu" ? "cpu" : "webgpu");
begin();

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

/** From here to the first scores without a click. */
async function begin() {
  await models.readManifest();
  for (const dataset of datasetsIn(store.state.manifest)) {
    // To be recognised by: without them, names have to do.
    coverOf(dataset).then((cover) => store.set({ covers: { ...store.state.covers, [dataset]: cover } })).catch(() => {});
  }
  await models.chooseFirst();
  // If there is no model, the images may still be looked at.
  await builtIn.showFor(store.state.model?.card.data.dataset ?? "");
}

/** The images come at the same time as the model. They are shown with it, but the first ones need not wait for theirs. */
function modelChosen(dataset) {
  if (store.state.model) samplesOf(dataset).catch(() => {});
  else builtIn.showFor(dataset);
}

function modelLoaded(card) {
  images.forgetScores("base", "tuned");
  builtIn.showFor(card.data.dataset);
  images.kick();
  // The first visit should spend its time on the first scores.
  setTimeout(() => keepForOffline([() => client.call("resources"), pictures.resources]), 3000);
}
