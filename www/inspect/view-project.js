/** The head of an open project: its name, whether it is saved, and what stands in the way of changing or keeping it. */
import { byId, scrollTo, setText } from "../pkg/dom.js";
import { text } from "../text/inspect.js";
import { troubleOf } from "./storage/storage.js";
import { askName } from "./view-projects.js";

/**
 * @param {import("./store.js").InspectStore} store
 * @param {{ rename: (id: string, name: string) => void, exportFile: (id: string, name: string) => void, takeOver: () => void, keepAnew: () => void }} actions
 */
export function showProject(store, actions) {
  byId("project-rename").addEventListener("click", async () => {
    const { id, name } = store.state.project;
    const chosen = await askName(name);
    if (chosen !== null) actions.rename(id, chosen);
  });
  byId("project-export").addEventListener("click", () => actions.exportFile(store.state.project.id, store.state.project.name));
  byId("take-over").addEventListener("click", () => actions.takeOver());
  byId("keep-anew").addEventListener("click", () => actions.keepAnew());
  for (const link of byId("project").querySelectorAll("nav a")) link.addEventListener("click", goToPart);
  store.watch(["project", "settings"], ({ project }) => {
    byId("project").hidden = project === null;
    setText(byId("project-name"), project?.name ?? "");
    document.title = project ? `${project.name} – ${text.header.title}` : text.header.pageTitle;
  });
  store.watch(["saving", "storage", "access", "project"], drawSaving);
  store.watch(["missing", "project"], drawMissing);
}

/** Without changing the address, which says what project it is. */
function goToPart(event) {
  event.preventDefault();
  const part = byId(event.currentTarget.hash.slice(1));
  scrollTo(part);
  part.focus({ preventScroll: true });
}

/** What is shown as saved is on the disk; everything else is said. */
function drawSaving({ project, saving, storage, access }) {
  if (!project) return;
  const isReader = access === "reader";
  const trouble = isReader ? "" : unsavedBecause(saving, storage);
  const state = byId("save-state");
  state.dataset.phase = isReader ? "reader" : trouble ? "unsaved" : saving.phase;
  setText(state, isReader || trouble ? "" : text.storage[saving.phase]);
  byId("reader").hidden = !isReader;
  byId("project-rename").disabled = access !== "owner";
  byId("unsaved").hidden = !trouble;
  setText(byId("unsaved-text"), trouble);
  byId("keep-anew").hidden = storage?.kind === "memory" || (saving.held === 0 && (!saving.error || troubleOf(saving.error) !== "cleared"));
}

function unsavedBecause({ phase, error, held }, storage) {
  const { unsaved } = text.storage;
  if (storage?.kind === "memory") return unsaved.memory;
  if (phase === "unsaved") return troubleOf(error) === "other" ? unsaved.other(error.message) : unsaved[troubleOf(error)];
  return held > 0 ? unsaved.held(held) : "";
}

function drawMissing({ missing }) {
  byId("missing").hidden = missing.size === 0;
  setText(byId("missing-text"), missing.size > 0 ? text.storage.missing(missing.size) : "");
}
