/** Part 1: the normal images, what they are worth, and which of them spoil the guarantee. */
import { byId, el, setText } from "../pkg/dom.js";
import { imagesNeeded } from "../pkg/rules.js";
import * as format from "../pkg/format.js";
import { announce, say } from "../shared/messages.js";
import { text } from "../text/inspect.js";
import { ask } from "./ask.js";
import { FEWEST_NORMALS } from "./learning.js";
import { isTraining } from "./store.js";
import { Thumbnails } from "./thumbnails.js";
import { VirtualGrid } from "./virtual-grid.js";

const CELL = 88;

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace */
export function showNormals(store, workspace) {
  const thumbnails = new Thumbnails((id, side) => workspace.square(id, side), CELL - 8);
  const choose = (id) => store.set({ selected: { ...store.state.selected, normals: id } });
  const grid = new VirtualGrid({
    label: text.normals.list, width: CELL, height: CELL, key: (image) => image.id, make: (image) => cell(image, thumbnails),
    choose: (image) => choose(image.id),
    onkey: (_, event) => { if (event.key === "Delete") removeChosen(store, workspace); },
  });
  byId("normals-grid").append(grid.root);
  byId("normals-remove").addEventListener("click", () => removeChosen(store, workspace));
  byId("normals-clear").addEventListener("click", () => removeAll(store, workspace));
  store.watch(["project", "model"], () => thumbnails.clear());
  store.watch(["missing"], () => thumbnails.retry());
  store.watch(["project", "normals", "selected", "access", "run", "missing"], (state) => draw(state, grid));
  store.watch(["project", "normals", "recipe"], drawWorth);
}

/** A picture to choose. @param {import("./project.js").BroughtImage} image @param {Thumbnails} thumbnails */
export function cell(image, thumbnails) {
  const canvas = el("canvas", { class: "thumbnail" });
  thumbnails.show(image.id, canvas);
  return { root: el("div", { class: "thumbnail-cell", "aria-label": image.name, title: image.name }, canvas), gone: () => thumbnails.forget(image.id) };
}

function draw({ project, selected, access, run }, grid) {
  const normals = project?.normals ?? [];
  const chosen = normals.find((image) => image.id === selected.normals);
  const isLocked = access !== "owner" || isTraining({ run });
  byId("normals-brought").hidden = normals.length === 0;
  setText(byId("normals-count"), text.normals.count(normals.length));
  byId("normals-clear").disabled = isLocked;
  byId("normals-remove").disabled = isLocked;
  byId("normals-chosen").hidden = !chosen;
  if (chosen) setText(byId("normals-chosen-name"), `${chosen.name}, ${format.bytes(chosen.bytes)}`);
  grid.show(normals, selected.normals);
}

function removeChosen(store, workspace) {
  const { project, selected, access } = store.state;
  const at = project.normals.findIndex((image) => image.id === selected.normals);
  if (at < 0 || access !== "owner" || isTraining(store.state)) return;
  const next = project.normals[at + 1] ?? project.normals[at - 1];
  announce(text.normals.removed(project.normals[at].name));
  store.set({ selected: { ...selected, normals: next?.id ?? "" } });
  workspace.removeImages("normals", new Set([project.normals[at].id]));
}

async function removeAll(store, workspace) {
  const { normals } = store.state.project;
  const sure = await ask({ title: text.normals.removeAllTitle(normals.length), body: text.normals.removeAllBody, confirm: text.normals.removeAll });
  if (sure !== null) workspace.removeImages("normals", new Set(normals.map((image) => image.id)));
}

/** What so many images are good for, and what more of them would buy. */
function drawWorth({ project, recipe }) {
  const worth = byId("normals-worth");
  const number = project?.normals.length ?? 0;
  worth.dataset.enough = String(number >= FEWEST_NORMALS);
  if (number < FEWEST_NORMALS) return setText(worth, project ? text.normals.notEnough(number) : "");
  if (recipe?.images !== number) return setText(worth, "");
  const { calibration, strictestRate } = recipe;
  const next = [10, 5, 2, 1].find((rate) => rate / 100 < strictestRate - 1e-9);
  const promise = text.normals.enough(number, calibration, format.percent(strictestRate));
  setText(worth, `${promise} ${next ? text.normals.more(neededFor(next, number, calibration), next) : text.normals.noMore}`);
}

/**
 * All normal images that a promise takes: the same share of them is taken to be held out.
 * @param {number} rate in per cent
 */
export function neededFor(rate, number, calibration) {
  const needed = imagesNeeded(rate / 100) * (number / calibration);
  return Math.ceil(needed / 10) * 10;
}

/**
 * Says that images came, and how many, in the part where they were brought.
 * @param {import("./store.js").Part} part @param {{ normals: import("./intake/intake.js").Tally, images: import("./intake/intake.js").Tally, cancelled: boolean }} taken
 */
export function tellBrought(part, { normals, images, cancelled }) {
  const here = part === "normals" ? normals : images;
  const all = (/** @type {keyof typeof here} */ what) => normals[what] + images[what];
  const sentences = [
    cancelled ? text.bring.cancelled(all("added") + all("leftOut") + all("duplicates")) : "", here.added > 0 ? text.bring.added(here.added) : "",
    images.marked > 0 ? text.bring.toCheck(images.marked) : "", all("duplicates") > 0 ? text.bring.duplicates(all("duplicates")) : "",
  ].filter(Boolean);
  if (sentences.length === 0 && all("leftOut") === 0) return say(part, "warning", text.bring.nothing);
  if (sentences.length > 0) say(part, "info", sentences.join(" "));
}
