/** The list of projects, and what can be done with each. */
import { byId, el, setText } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { text } from "../text/inspect.js";
import { ask } from "./ask.js";
import { persist } from "./storage/storage.js";

/**
 * @typedef {object} ProjectActions what the list asks of the page
 * @property {(name: string) => void} create
 * @property {(id: string, name: string) => void} rename
 * @property {(id: string) => void} remove
 * @property {(id: string, name: string) => void} exportFile
 * @property {(file: File) => void} importFile
 * @property {() => void} storageChanged
 */

/** @param {import("./store.js").InspectStore} store @param {ProjectActions} actions */
export function showProjects(store, actions) {
  listen(actions);
  store.watch(["projects", "project"], (state) => {
    byId("projects").hidden = state.project !== null;
    drawList(state, actions);
  });
  store.watch(["storage"], drawStorage);
}

function listen(actions) {
  byId("new-name").placeholder = text.projects.suggested(format.date(new Date()));
  byId("new-project").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = byId("new-name");
    actions.create(field.value.trim() || field.placeholder);
    field.value = "";
  });
  byId("import").addEventListener("click", () => byId("import-file").click());
  byId("import-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) actions.importFile(file);
  });
  byId("persist").addEventListener("click", async () => {
    if (!(await persist())) setText(byId("storage-text"), text.storage.refused);
    else actions.storageChanged();
  });
}

/** What is in the list, by what it shows: entries stay while they show the same, and with them the focus. @type {Map<string, HTMLElement>} */
let entries = new Map();

function drawList({ projects }, actions) {
  byId("no-projects").hidden = projects?.length !== 0;
  const list = byId("project-list");
  const before = entries;
  entries = new Map((projects ?? []).map((project) => [JSON.stringify(project), project]).map(([shown, project]) => [shown, before.get(shown) ?? entry(project, actions)]));
  const all = [...entries.values()];
  if (all.every((one, index) => one === list.children[index]) && all.length === list.children.length) return;
  const focused = placeOfFocus(list);
  list.replaceChildren(...all);
  if (focused) focusOn(list, focused);
}

/** Which button or link of which project has the focus. */
function placeOfFocus(list) {
  const entryOf = document.activeElement?.closest(".project-entry");
  if (!entryOf || !list.contains(entryOf)) return null;
  return { id: entryOf.dataset.id, at: [...list.children].indexOf(entryOf), control: [...entryOf.querySelectorAll("a, button")].indexOf(document.activeElement) };
}

/** The same one; where that project is gone, the one in its place. */
function focusOn(list, { id, at, control }) {
  const there = [...list.children].find((one) => one.dataset.id === id);
  const target = there?.querySelectorAll("a, button")[control] ?? list.children[Math.min(at, list.children.length - 1)]?.querySelector("a, button") ?? byId("new-name");
  target.focus({ preventScroll: true });
}

function entry(project, actions) {
  if (project.trouble) return unreadable(project, actions);
  const { id, name, modified } = project;
  const button = (label, act) => el("button", { type: "button", "aria-label": `${label} ${name}`, onclick: act }, label);
  return el("li", { class: "project-entry", "data-testid": "project-entry", "data-id": id },
    el("div", { class: "project-text" },
      el("a", { href: `#project=${id}`, class: "project-link", "data-testid": "project-link" }, name),
      el("span", { class: "quiet" }, `${text.projects.contents(project)} · ${text.projects.modified(format.when(new Date(modified)))}`)),
    el("div", { class: "row" },
      button(text.projects.rename, () => askName(name).then((chosen) => chosen !== null && actions.rename(id, chosen))),
      button(text.projects.export, () => actions.exportFile(id, name)),
      button(text.projects.remove, () => askRemoval(name).then((sure) => sure !== null && actions.remove(id)))));
}

function unreadable({ id, trouble }, actions) {
  const why = trouble === "LaterVersion" ? text.projects.unreadableLater : text.projects.unreadableDamaged;
  const name = text.projects.unreadable;
  return el("li", { class: "project-entry", "data-testid": "project-entry", "data-id": id },
    el("div", { class: "project-text" }, el("strong", {}, name), el("span", { class: "quiet" }, why)),
    el("div", { class: "row" }, el("button", {
      type: "button", onclick: () => askRemoval(name).then((sure) => sure !== null && actions.remove(id)),
    }, text.projects.remove)));
}

/** @param {string} name @returns {Promise<string | null>} */
export const askName = (name) => ask({
  title: text.projects.renameTitle, confirm: text.projects.renameConfirm, field: { label: text.projects.renameLabel, value: name },
});

const askRemoval = (name) => ask({ title: text.projects.removeTitle(name), body: text.projects.removeBody, confirm: text.projects.removeConfirm });

function drawStorage({ storage }) {
  byId("storage").hidden = !storage;
  if (!storage) return;
  const { kind, usage, quota, persisted } = storage;
  const promise = persisted ? text.storage.persisted : text.storage.notPersisted;
  const used = Number.isFinite(usage) ? text.storage.usage(format.bytes(usage), format.bytes(quota)) : "";
  setText(byId("storage-text"), kind === "memory" ? text.storage.memory : `${used} ${promise}`.trim());
  byId("storage").classList.toggle("warning", kind === "memory");
  byId("persist").hidden = kind === "memory" || persisted || !navigator.storage?.persist;
}
