/** Shows step 3: the normal images, the run while it goes on, and what it changed. */
import { byId, drawPicture, el, setText } from "../pkg/dom.js";
import { squareOf } from "../pkg/engine/pictures.js";
import * as format from "../pkg/format.js";
import { RunPanel } from "../shared/run-panel.js";
import { className, text } from "../text/demo.js";
import { currentItems, isTraining, thresholdOf, verdictChanged } from "./store.js";
import { countVerdicts } from "./view-threshold.js";

const MOST_THUMBNAILS = 24;
/** In pixels of the finest screens; the style sheet makes them smaller. */
const THUMBNAIL_SIDE = 80;

/** @param {import("./store.js").DemoStore} store @param {import("./tuning.js").Tuning} tuning */
export function showTuning(store, tuning) {
  const panel = new RunPanel(byId("run"), tuning.training);
  listen(store, tuning);
  store.watch(["samples", "model"], drawTryOut);
  store.watch(["normals", "run", "loading"], drawNormals);
  store.watch(["run"], ({ run }) => panel.draw(run));
  store.watch(["tuned", "sets", "view", "calibration"], drawComparison);
}

function listen(store, tuning) {
  byId("normals-clear").addEventListener("click", () => tuning.clearNormals());
  byId("normals-builtin").addEventListener("click", () => {
    tuning.clearNormals();
    tuning.addNormals({ images: store.state.samples.training(byId("normals-class").value), leftOut: 0 });
  });
  byId("tune-start").addEventListener("click", () => {
    const settings = readSettings();
    if (settings) tuning.start(settings);
  });
  byId("tuned-open").addEventListener("click", () => byId("tuned-file").click());
  byId("tuned-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) tuning.open(file);
  });
  byId("tuned-save").addEventListener("click", () => tuning.save());
}

/** The settings, or null if the browser had to point at a field that is out of range. */
function readSettings() {
  const fields = [...byId("settings").querySelectorAll("input[type=number]")];
  const wrong = fields.find((field) => !field.checkValidity());
  if (wrong) {
    byId("settings").open = true;
    wrong.reportValidity();
    return null;
  }
  const [epochs, batchSize, learningRate, seed] = fields.map((field) => field.valueAsNumber);
  return { epochs, batchSize, learningRate, seed, fromScratch: byId("from-scratch").checked };
}

function drawTryOut({ samples, model }) {
  byId("try-out").hidden = !samples;
  const select = byId("normals-class");
  if (!samples) return;
  if (select.dataset.dataset !== samples.dataset) {
    select.replaceChildren(...samples.classes.map((name) => el("option", { value: name }, className(samples.dataset, name))));
    Object.assign(select.dataset, { dataset: samples.dataset, model: "" });
  }
  // A class that the model takes for an anomaly shows the effect best.
  const suggestion = model?.card.data.anomalousClasses[0];
  if (select.dataset.model !== model?.id && samples.classes.includes(suggestion)) select.value = suggestion;
  select.dataset.model = model?.id ?? "";
}

let shownNormals = null;

function drawNormals(state) {
  for (const id of ["normals-choose", "normals-folder", "normals-class", "normals-builtin", "normals-clear", "tune-start", "tuned-open"]) {
    byId(id).disabled = isTraining(state);
  }
  // The model must not be exchanged under a run.
  if (state.loading) byId("tune-start").disabled = true;
  if (state.normals === shownNormals) return;
  shownNormals = state.normals;
  byId("normals").hidden = state.normals.length === 0;
  setText(byId("normals-count"), text.tuning.normals(state.normals.length));
  byId("thumbnails").replaceChildren(...state.normals.slice(0, MOST_THUMBNAILS).map(thumbnail));
  if (state.normals.length > MOST_THUMBNAILS) {
    byId("thumbnails").append(el("li", { class: "quiet" }, text.tuning.moreNormals(state.normals.length - MOST_THUMBNAILS)));
  }
}

function thumbnail({ name, blob }) {
  const canvas = el("canvas", { role: "img", "aria-label": name, title: name });
  // Why an image cannot be read is said when it is learnt from.
  squareOf(blob, THUMBNAIL_SIDE).then((picture) => drawPicture(canvas, picture), () => {});
  return el("li", {}, canvas);
}

function drawComparison(state) {
  byId("comparison").hidden = !state.tuned;
  if (!state.tuned) return;
  const number = (value) => (value === null ? "–" : format.score(value));
  const both = (make) => [make("base"), make("tuned")];
  const verdicts = (which, verdict) => (thresholdOf(state, which) === null ? "–" : format.count(countVerdicts(state, which)[verdict]));
  const rows = [
    [text.compare.anomalies, ...both((which) => verdicts(which, "anomaly"))],
    [text.compare.normal, ...both((which) => verdicts(which, "normal"))],
    [text.compare.threshold(state.view.rate), ...both((which) => number(thresholdOf(state, which)))],
    [text.compare.calibration, ...both((which) => format.count(state.calibration[which]?.scores.length ?? 0))],
  ];
  byId("comparison-rows").replaceChildren(...rows.map(([title, base, tuned]) => el("tr", {},
    el("th", { scope: "row" }, title), el("td", { class: "number-text" }, base), el("td", { class: "number-text" }, tuned))));
  const changed = currentItems(state).filter((item) => verdictChanged(state, item)).length;
  byId("show-changed").hidden = changed === 0;
  setText(byId("show-changed"), text.compare.showChanged(changed));
}
