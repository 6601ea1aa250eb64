/**
 * The tool: puts the parts together. Everything heavy happens in workers.
 *
 * The address: #project=<id> opens a project, anything else is the list. It may have ?backend=cpu or ?backend=webgpu.
 *
 * What automated tests can rely on (each is both an id and a data-testid unless noted):
 *   backend, backend-webgpu, backend-cpu (test ids of the radios), backend-status (its data-backend)
 *   projects, new-name, create, import, import-file, archive, archive-cancel, no-projects, storage-text, persist; test ids
 *     project-entry (data-id) and project-link
 *   project, project-name, project-rename, project-export, back, save-state (data-phase: saved, saving, unsaved, reader),
 *     reader, take-over, unsaved, unsaved-text, keep-anew, missing
 *   for PART = normals, images: PART-files, PART-folder-files, PART-drop, PART-count, PART-clear, PART-grid; test ids
 *     PART-intake-progress, PART-intake-cancel, PART-left-out (li with data-reason and data-count)
 *   normals-worth (data-enough), normals-chosen-name, normals-remove, overlap, remove-overlap; framing, framing-summary,
 *     test ids framing-stage, region-left, region-top, region-width, region-height, whole, tiles
 *   learn-plan, learn-seen, learn-sight (data-useful) with test ids sight-words, sight-picture (data-found), learn-trained (data-model), learn-outdated, learn-pending, go-on, give-up, learn-start; settings, test ids
 *     setting-<name>; run and its parts, see shared/run-panel.js
 *   images-grid (data-complete), images-summary, scoring, scoring-text, scoring-stop; its cells have data-verdict and
 *     data-score
 *   privacy, privacy-show, privacy-count (data-count, "" while the page is loading), privacy-before, privacy-offline, privacy-more; test
 *     ids privacy-policy (data-policy, data-state), privacy-try, privacy-way (data-way, data-refused), privacy-request (data-who)
 *   ask, ask-field, ask-confirm, ask-cancel, ask-ANSWER (test ids of the dialogue; an answer is one of view-survey.js); messages-PLACE: page, projects, project, normals,
 *     learn, images
 */
import { EngineClient } from "../pkg/engine/client.js";
import * as pictures from "../pkg/engine/pictures.js";
import { CHART_STYLE } from "../pkg/charts/style.js";
import { showBackend } from "../shared/backend.js";
import { byId, fillTexts } from "../pkg/dom.js";
import { listenForFiles } from "../shared/files.js";
import { clearMessages, say } from "../shared/messages.js";
import { text } from "../text/inspect.js";
import { Archive, GivenUp, refusalOf } from "./archive/archive.js";
import { Checking } from "./checking.js";
import { recipeOf } from "./request.js";
import { Intake } from "./intake/intake.js";
import { Survey } from "./intake/survey.js";
import { FEWEST_NORMALS, Learning } from "./learning.js";
import { showPrivacy } from "./privacy/view-privacy.js";
import { showResults } from "./results/results.js";
import { Seeing } from "./seeing.js";
import { InspectStore, isTraining, unscored } from "./store.js";
import { TakingIn } from "./taking-in.js";
import { showCheck } from "./view-check.js";
import { showFraming } from "./view-framing.js";
import { showIntake } from "./view-intake.js";
import { showLearn } from "./view-learn.js";
import { showNormals, tellBrought } from "./view-normals.js";
import { showProject } from "./view-project.js";
import { showProjects } from "./view-projects.js";
import { showSight } from "./view-sight.js";
import { Refused, Workspace } from "./workspace.js";

const CALM_MS = 3000;
const PROJECT_NAME = /\.ganomaly\.zip$/i;

const store = new InspectStore();
const client = new EngineClient(engineReady, engineFailed);
const workspace = new Workspace(store, { onLost: projectLost, onOvertaken: () => say("project", "warning", text.storage.overtaken) });
const intake = new Intake(store, workspace);
const checking = new Checking(store, workspace, client);
const archive = new Archive(workspace);
const survey = new Survey(intake, archive, client);
const workers = {
  engine: () => client.call("resources"), pictures: pictures.resources, storage: () => workspace.resources(), intake: () => intake.resources(),
  archive: () => archive.resources(),
};
const learning = new Learning(store, workspace, client, () => checking.kick());

document.adoptedStyleSheets = [CHART_STYLE];
fillTexts(text, text.header.pageTitle);
showBackend(store, startEngine, isTraining);
const actions = {
  create: (name) => attempt(async () => goTo(await workspace.create(name))),
  rename: (id, name) => attempt(() => workspace.rename(id, name)),
  remove: (id) => attempt(() => workspace.remove(id)),
  exportFile: (id, name) => attempt(() => exportFile(id, name)),
  importFile: (file) => attempt(() => importFile(file)),
  storageChanged: () => attempt(() => workspace.refresh()),
  takeOver: () => attempt(async () => { if (await workspace.takeOver()) await learning.loadModel(); }),
  keepAnew: () => attempt(() => workspace.writeAnew(learning.weights)),
};
showProjects(store, actions);
showProject(store, actions);
showIntake(store, intake);
showNormals(store, workspace);
showFraming(store, workspace);
showLearn(store, workspace, learning);
new Seeing(store, workspace, client);
showSight(store, workspace, client);
showCheck(store, workspace, checking);
showResults(store, workspace, client, bring, new TakingIn(store, workspace, learning));
const privacy = showPrivacy(workers);
listenForFiles(["normals", "images"], placeOf, (part, brought) => bring(part, brought), (part) => intake.walk(/** @type {any} */ (part)));
store.watch(["project", "normals", "settings", "engine"], askForRecipe);

addEventListener("hashchange", () => followAddress());
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") workspace.flush();
  else comeBack();
});
addEventListener("beforeunload", (event) => {
  if (workspace.hasUnwritten || hasUnsavedWork(store.state)) event.preventDefault();
});

startEngine(new URLSearchParams(location.search).get("backend") === "cpu" ? "cpu" : "webgpu");
if (!isSecureContext) say("page", "error", text.header.insecure);
const begun = workspace.begin();
followAddress();

const projectInAddress = () => new URLSearchParams(location.hash.slice(1)).get("project");

function goTo(id) {
  location.hash = `project=${id}`;
}

/** Opens what the address names. */
async function followAddress() {
  await begun;
  const id = projectInAddress();
  const { project, access } = store.state;
  if (project && project.id === id && access !== "leaving") return;
  learning.leave();
  intake.cancel();
  for (const place of ["project", "projects", "normals", "learn", "images", "results"]) clearMessages(place);
  if (!id) {
    await workspace.close();
    return attempt(() => workspace.refresh());
  }
  try {
    if (await workspace.open(id)) await opened();
  } catch (error) {
    if (projectInAddress() !== id) return;
    history.replaceState(null, "", location.pathname + location.search);
    await attempt(() => workspace.refresh());
    say("projects", "error", openingFailed(error));
  }
}

async function opened() {
  // Drawn in the next frame, and not to be focused before.
  requestAnimationFrame(() => {
    byId("project-name").focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  await learning.loadModel();
}

function openingFailed(error) {
  if (error.name === "NotFoundError") return text.projects.gone;
  if (error.name === "LaterVersion") return text.projects.openFailed(text.projects.unreadableLater);
  return text.projects.openFailed(error.name === "DamagedProject" ? text.archive.reasons.damaged : error.message);
}

/** Does something with projects, and says why if it cannot be done. */
async function attempt(act) {
  const place = store.state.project ? "project" : "projects";
  clearMessages(place);
  try {
    await begun;
    await act();
  } catch (error) {
    if (!(error instanceof GivenUp)) say(place, "error", sentenceOf(error));
  }
}

/** An error that is a sentence already. */
class Said extends Error {}

function sentenceOf(error) {
  if (error instanceof Said) return error.message;
  return error instanceof Refused ? text.projects.refusals[error.reason] : text.projects.failed(refusalOf(error));
}

async function exportFile(id, name) {
  const place = store.state.project ? "project" : "projects";
  const weightsNow = () => (store.state.project?.id === id ? learning.weights : null);
  const written = await archive.exportFile(id, name, weightsNow).catch((error) => {
    throw error instanceof GivenUp ? error : new Said(text.archive.exportFailed(error.message));
  });
  say(place, "info", [text.archive.exported(written.name), written.missing > 0 ? text.archive.leftOut(written.missing) : ""].join(" ").trim());
}

async function importFile(file) {
  const project = await archive.importFile(file).catch((error) => {
    throw error instanceof GivenUp ? error : new Said(text.archive.refused(file.name, refusalOf(error)));
  });
  await workspace.refresh();
  say("projects", "info", text.archive.imported(project.name));
  return project;
}

function startEngine(backend) {
  store.set({ engineBusy: true });
  client.start(backend);
}

function engineReady(status) {
  store.set({ engine: status, engineBusy: false });
  if (status.trouble) say("page", "warning", status.trouble);
  checking.kick();
  keepOnce();
}

function engineFailed(error) {
  store.set({ engine: null, engineBusy: false });
  keepOnce();
  say("page", "error", error.message, { label: text.engine.retry, run: () => { clearMessages("page"); startEngine("cpu"); } });
}

let isKeeping = false;

/** When there is an engine, or it is known that there is none, the rest is fetched: from then on, nothing more. */
async function keepOnce() {
  if (isKeeping) return;
  isKeeping = true;
  // The first visit should spend its time on what it came for.
  const calm = new Promise((resolve) => { setTimeout(resolve, CALM_MS); });
  // What cannot be had now is asked for when it is needed.
  await Promise.allSettled([...learning.prefetch(), calm]);
  privacy.keep();
}

function projectLost() {
  if (isTraining(store.state)) say("learn", "warning", text.learn.lostTab);
  learning.leave();
  intake.cancel();
  say("project", "warning", text.storage.lost);
}

/** While this tab was away, another may have changed the list, and the browser may have cleared its storage. */
function comeBack() {
  if (store.state.project) workspace.check();
  else if (workspace.storage) attempt(() => workspace.refresh());
}

/** Pasted and dropped files go to the part that they were dropped on; else to where the next ones are needed. */
function placeOf(element) {
  if (byId("part-normals").contains(element)) return "normals";
  if (byId("part-check").contains(element)) return "images";
  return store.state.project?.model ? "images" : "normals";
}

async function bring(part, brought) {
  if (!store.state.project) return attempt(() => begunWith(brought));
  if (store.state.access !== "owner") return;
  if (store.state.bringing) return say(part, "warning", text.bring.busy);
  if (part === "normals" && isTraining(store.state)) return say(part, "warning", text.check.waitingTraining);
  clearMessages(part);
  const { project } = store.state;
  const giveBack = keepFocus();
  try {
    const { files, open } = await lookAt(part, brought);
    if (store.state.project !== project) return;
    if (open) return attempt(async () => goTo((await importFile(open)).id));
    if (!files) return say(part, "info", text.bring.given);
    await takeIn(part, { ...brought, files });
  } catch (error) {
    if (store.state.project === project) say(part, "error", text.projects.failed(error.message));
  } finally {
    giveBack();
  }
}

/** Finds out what was brought, and asks if that is not what it should be; see Survey. */
async function lookAt(part, { files }) {
  const { signal, onFound, onEnd } = intake.walk(part);
  onFound(files.length);
  return survey.look(part, files, signal).finally(onEnd);
}

async function takeIn(part, { files, unreadable = [] }) {
  const { project } = store.state;
  const waiting = unscored(store.state).length;
  if (unreadable.length > 0) intake.leaveOut(part, unreadable);
  try {
    const taken = await intake.bring(part, files);
    if (!taken) return;
    tellBrought(part, taken);
    if (part === "normals" && store.state.overlap.size > 0) say(part, "warning", text.check.overlap(store.state.overlap.size));
  } finally {
    if (store.state.project === project && unscored(store.state).length > waiting) checking.resume();
  }
}

/** Buttons that are locked meanwhile lose the focus. @returns {() => void} gives it back, unless it was put elsewhere */
function keepFocus() {
  const focused = document.activeElement;
  // They are unlocked in the next frame.
  return () => requestAnimationFrame(() => requestAnimationFrame(() => {
    if (document.activeElement === document.body && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }));
}

/** What is dropped on the list begins a project, unless it is one. */
async function begunWith(brought) {
  const { files: [first], fromFolder } = brought;
  if (!first) throw new Said(text.bring.nothing);
  if (brought.files.length === 1 && PROJECT_NAME.test(first.name)) return importFile(first.file);
  const { files, open } = await lookAt("normals", brought);
  if (open) return importFile(open);
  if (!files) return say("projects", "info", text.bring.given);
  const id = await workspace.create(fromFolder ? first.name.split("/")[0] : byId("new-name").placeholder);
  history.pushState(null, "", `#project=${id}`);
  await followAddress();
  if (store.state.project?.id === id) await takeIn("normals", { ...brought, files });
}

let askedFor = "";

/** What training would do changes with the number of images and the settings. */
async function askForRecipe({ project, engine }) {
  const number = project?.normals.length ?? 0;
  if (!engine || number < FEWEST_NORMALS) return;
  const question = JSON.stringify([number, project.settings]);
  if (question === askedFor) return;
  askedFor = question;
  try {
    const recipe = await recipeOf(client, number, project.settings);
    if (question === askedFor) store.set({ recipe: { images: number, ...recipe } });
  } catch {
    // Without it the button still does the same; it only cannot say so before.
    askedFor = "";
  }
}

function hasUnsavedWork({ project, access, saving, storage, run, bringing }) {
  if (!project || access === "reader") return false;
  const isEmpty = project.normals.length + project.images.length === 0;
  const isKept = storage.kind === "disk" && saving.phase === "saved" && saving.held === 0;
  return bringing !== null || (run !== null && !run.over) || (!isKept && !isEmpty);
}
