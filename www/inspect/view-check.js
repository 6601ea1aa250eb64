/** Part 3, its head: how many images to check there are, and how far the scoring is. */
import { byId, setText } from "../pkg/dom.js";
import { announce } from "../shared/messages.js";
import { text } from "../text/inspect.js";
import { ask } from "./ask.js";
import { isTraining, unscored } from "./store.js";

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("./checking.js").Checking} checking */
export function showCheck(store, workspace, checking) {
  byId("images-clear").addEventListener("click", () => removeAll(store, workspace));
  byId("scoring-stop").addEventListener("click", () => (store.state.scoring.stopped ? checking.resume() : checking.stop()));
  byId("remove-overlap").addEventListener("click", () => workspace.removeImages("images", new Set(store.state.overlap)));
  store.watch(["overlap", "access"], ({ overlap, access }) => {
    byId("overlap").hidden = overlap.size === 0;
    byId("remove-overlap").hidden = access !== "owner";
    if (overlap.size > 0) setText(byId("overlap-text"), text.check.overlap(overlap.size));
  });
  store.watch(["project", "images", "model", "scoring", "run", "access", "modelReady"], (state) => {
    if (state.project) draw(state);
  });
}

function draw(state) {
  const { project, scoring, access, modelReady } = state;
  const { images, model } = project;
  const waiting = unscored(state).length;
  byId("images-brought").hidden = images.length === 0;
  setText(byId("images-count"), text.check.count(images.length));
  const remarked = images.filter((image) => image.remark).length;
  byId("images-remarked").hidden = remarked === 0;
  setText(byId("images-remarked"), remarked > 0 ? text.check.remarked(remarked) : "");
  byId("images-clear").disabled = access !== "owner";
  byId("scoring").hidden = waiting === 0;
  drawScoring(images.length - waiting, images.length, scoring, { model, modelReady, isTraining: isTraining(state) });
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
