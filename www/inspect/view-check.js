/** Part 3, for now: the images to check, with their scores as they come. */
import { byId, el, setText } from "../shared/dom.js";
import * as format from "../shared/format.js";
import { announce } from "../shared/messages.js";
import { text } from "../text/inspect.js";
import { ask } from "./ask.js";
import { isFlagged, isTraining, unscored } from "./store.js";
import { Thumbnails } from "./thumbnails.js";
import { cell } from "./view-normals.js";
import { VirtualGrid } from "./virtual-grid.js";

const WIDTH = 112;
const HEIGHT = 136;

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("./checking.js").Checking} checking */
export function showCheck(store, workspace, checking) {
  const thumbnails = new Thumbnails((id) => workspace.image(id), WIDTH - 8);
  const grid = new VirtualGrid({
    label: text.check.list, width: WIDTH, height: HEIGHT, key: (image) => image.id,
    make: (image) => withVerdict(cell(image, thumbnails)),
    update: (image, root) => drawVerdict(image, root, store.state.project.rate),
    choose: (image) => store.set({ selected: { ...store.state.selected, images: image.id } }),
  });
  byId("images-grid").append(grid.root);
  byId("images-clear").addEventListener("click", () => removeAll(store, workspace));
  byId("scoring-stop").addEventListener("click", () => (store.state.scoring.stopped ? checking.resume() : checking.stop()));
  byId("remove-overlap").addEventListener("click", () => workspace.removeImages("images", new Set(store.state.overlap)));
  store.watch(["project"], () => thumbnails.clear());
  store.watch(["overlap", "access"], ({ overlap, access }) => {
    byId("overlap").hidden = overlap.size === 0;
    byId("remove-overlap").hidden = access !== "owner";
    if (overlap.size > 0) setText(byId("overlap-text"), text.check.overlap(overlap.size));
  });
  store.watch(["project", "images", "model", "settings", "selected", "scoring", "run", "access", "modelReady"], (state) => {
    if (state.project) draw(state);
    grid.show(state.project?.images ?? [], state.selected.images);
  });
}

function withVerdict(made) {
  made.root.append(el("span", { class: "verdict-line" }));
  return made;
}

function drawVerdict(image, root, rate) {
  const verdict = verdictOf(image, rate);
  root.dataset.verdict = verdict;
  root.dataset.score = image.score ?? "";
  const words = verdict === "" ? text.check.noScore : verdict === "unreadable" ? text.check.unreadable : `${text.check[verdict]}, ${format.score(image.score)}`;
  setText(root.lastElementChild, words);
  root.setAttribute("aria-label", `${image.name}, ${words}`);
  root.title = image.error ? `${image.name}: ${image.error}` : image.name;
}

/** @param {import("./project.js").CheckedImage} image @param {number} rate @returns {"" | "unreadable" | "anomaly" | "normal"} */
function verdictOf(image, rate) {
  if (image.error !== undefined) return "unreadable";
  if (image.score === null) return "";
  return isFlagged(image, rate) ? "anomaly" : "normal";
}

function draw(state) {
  const { project, scoring, access, modelReady } = state;
  const { images, rate, model } = project;
  const waiting = unscored(state).length;
  byId("images-brought").hidden = images.length === 0;
  setText(byId("images-count"), text.check.count(images.length));
  byId("images-clear").disabled = access !== "owner";
  byId("scoring").hidden = waiting === 0;
  byId("images-grid").dataset.complete = String(images.length > 0 && waiting === 0);
  drawScoring(images.length - waiting, images.length, scoring, { model, modelReady, isTraining: isTraining(state) });
  const of = (verdict) => images.filter((image) => verdictOf(image, rate) === verdict).length;
  setText(byId("images-summary"), waiting < images.length ? text.check.summary(of("anomaly"), of("normal"), of("unreadable")) : "");
}

function drawScoring(done, total, scoring, { model, modelReady, isTraining: training }) {
  byId("scoring-progress").value = total > 0 ? done / total : 0;
  const sentence = training ? text.check.waitingTraining : !model ? text.check.waitingModel : !modelReady ? text.learn.notReady
    : [text.check.scoring(done, total), scoring.error].filter(Boolean).join(" ");
  setText(byId("scoring-text"), sentence);
  if (done < total) announce(sentence);
  byId("scoring-stop").hidden = training || !modelReady;
  setText(byId("scoring-stop"), scoring.stopped ? text.check.resume : text.check.stop);
}

async function removeAll(store, workspace) {
  const { images } = store.state.project;
  const sure = await ask({ title: text.check.removeAllTitle(images.length), body: text.check.removeAllBody, confirm: text.check.removeAll });
  if (sure !== null) workspace.removeImages("images", new Set(images.map((image) => image.id)));
}
