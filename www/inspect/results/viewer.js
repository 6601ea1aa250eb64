/**
 * One image at a time, large, with its neighbours: looked at closely, accepted, rejected, noted, with the keyboard alone
 * if one likes. It goes through the list as it was when it was opened, so that a review does not move its own ground.
 */
import { el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";
import { isOwner } from "../store.js";
import { Thumbnails } from "../thumbnails.js";
import { ExplainPanel } from "./explain-panel.js";
import { verdictChip, verdictWords } from "./lists.js";
import { Neighbours } from "./neighbours.js";
import { pValueWords, verdictOf } from "./ruling.js";
import { Stage } from "./stage.js";

const THUMBNAIL_SIDE = 96;
const LARGEST_SIDE = 1600;
/** What is written is kept after such a pause, and whenever one goes on. */
const WRITING_PAUSE_MS = 300;

export class Viewer {
  #store;
  #workspace;
  #findings;
  #review;
  #thumbnails;
  #stage = new Stage();
  #explain;
  #images = [];
  #at = 0;
  #onClose = (_id) => {};
  #parts = {
    name: el("h2", { tabindex: -1, id: "viewer-name", "data-testid": "viewer-name" }),
    progress: el("p", { class: "quiet number-text", id: "viewer-progress", "data-testid": "viewer-progress" }),
    place: el("p", { class: "quiet number-text" }),
    verdict: el("p", { class: "viewer-verdict", id: "viewer-verdict", "data-testid": "viewer-verdict" }),
    pValue: el("p", { id: "viewer-p-value", "data-testid": "viewer-p-value" }),
    note: el("textarea", { id: "viewer-note", "data-testid": "viewer-note", rows: 2, maxlength: 2000 }),
    label: el("select", { id: "viewer-label", "data-testid": "viewer-label" }, ...Object.entries(text.labels).map(([value, name]) => el("option", { value }, name))),
    readOnly: el("p", { class: "message warning", hidden: true }, text.viewer.readOnly),
    live: el("div", { class: "visually-hidden", role: "status", "aria-live": "polite", "data-testid": "viewer-live" }),
  };
  #buttons;
  #neighbours;
  #dialog;

  /**
   * @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace
   * @param {import("./findings.js").Findings} findings @param {import("./review.js").Review} review
   * @param {import("./explanations.js").Explanations} explanations
   */
  constructor(store, workspace, findings, review, explanations) {
    this.#store = store;
    this.#workspace = workspace;
    this.#findings = findings;
    this.#review = review;
    this.#thumbnails = new Thumbnails((id, side) => workspace.square(id, side), THUMBNAIL_SIDE);
    this.#explain = new ExplainPanel(store, explanations, this.#stage, this.#thumbnails);
    this.#buttons = {
      previous: button("previous", "ArrowLeft", () => this.#step(-1), ["←", ""]), accept: button("accept", "a", () => this.#judge("accepted")),
      reject: button("reject", "r", () => this.#judge("rejected")), next: button("next", "ArrowRight", () => this.#step(1), ["", "→"]),
      undo: button("undo", "u", () => this.#undo(), ["↶", ""]), close: button("close", "Escape", () => this.#dialog.close()),
    };
    this.#neighbours = new Neighbours(this.#thumbnails, (offset) => this.#step(offset));
    let writing = 0;
    this.#parts.note.addEventListener("input", () => {
      clearTimeout(writing);
      writing = setTimeout(() => this.#keepNote(), WRITING_PAUSE_MS);
    });
    this.#parts.label.addEventListener("change", () => this.#say({ label: this.#parts.label.value || undefined }));
    this.#dialog = this.#build();
    document.body.append(this.#dialog);
    let open = null;
    store.watch(["project"], ({ project }) => {
      if (project === open) return;
      open = project;
      this.#dialog.close();
      this.#thumbnails.clear();
    });
    store.watch(["images", "access", "settings"], () => this.#draw());
    let before = {};
    store.watch(["modelReady", "run", "engine"], ({ engine }) => {
      // A run changes with every step: not all that is shown is to be made anew with it.
      const now = { obstacle: explanations.obstacle, engine };
      const isOther = now.obstacle !== before.obstacle || now.engine !== before.engine;
      before = now;
      if (isOther && this.#dialog.open && this.#image) this.#explain.show(this.#image);
    });
    findings.watch(["limit", "counts"], () => this.#draw());
  }

  /** @param {any[]} images @param {string} id which of them @param {(id: string) => void} onClose told the last one that was seen */
  open(images, id, onClose) {
    this.#images = [...images];
    this.#at = Math.max(0, images.findIndex((image) => image.id === id));
    this.#onClose = onClose;
    this.#dialog.showModal();
    this.#parts.name.focus();
    this.#turn();
  }

  get #image() {
    return this.#images[this.#at];
  }

  #build() {
    const { name, progress, place, verdict, pValue, note, label, readOnly, live } = this.#parts;
    const { previous, accept, reject, next, undo, close } = this.#buttons;
    const legend = el("details", { class: "legend", open: true }, el("summary", {}, text.viewer.keys),
      el("dl", { "data-testid": "legend" }, ...text.viewer.legend.map(([keys, meaning]) => el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", {}, key))), el("dd", {}, meaning)))));
    return el("dialog", {
      class: "viewer", id: "viewer", "data-testid": "viewer", "aria-labelledby": "viewer-name",
      onkeydown: (event) => this.#key(event), onclose: () => this.#closed(), oncancel: (event) => this.#cancel(event),
    },
    el("header", {}, name, place, progress, close), live,
    el("div", { class: "viewer-body" },
      el("div", { class: "viewer-picture" }, this.#stage.root, this.#explain.controls, this.#neighbours.root, legend),
      el("div", {}, verdict, pValue, readOnly), el("div", { class: "viewer-actions" }, accept, reject, previous, next, undo),
      el("div", { class: "viewer-side" },
        el("label", { class: "field note" }, el("span", {}, text.viewer.note), note),
        el("label", { class: "field" }, el("span", {}, text.viewer.known), label),
        this.#explain.root)));
  }

  /** Shows another image than before. */
  #turn() {
    const image = this.#image;
    this.#draw();
    this.#parts.note.value = image.note;
    this.#stage.show(image.name, this.#workspace.pictureAndSeries(image.id, LARGEST_SIDE), () => this.#image === image && this.#dialog.open);
    this.#explain.show(image);
    this.#neighbours.draw((offset) => this.#images[this.#at + offset], (one) => this.#verdict(one));
    const verdict = verdictWords(image, this.#verdict(image));
    this.#tell(text.viewer.said({ name: image.name, place: this.#place(), verdict, review: text.reviews[image.review] }));
  }

  /** Shows what is known of the image now. */
  #draw() {
    const image = this.#image;
    if (!this.#dialog?.open || !image) return;
    const { name, progress, place, verdict, pValue, note, label, readOnly } = this.#parts;
    const { counts } = this.#findings.state;
    setText(name, image.name);
    setText(place, this.#place());
    setText(progress, text.viewer.progress(counts.flaggedReviewed, counts.flagged));
    const rules = this.#verdict(image);
    const key = `${rules} ${image.score}`;
    if (verdict.dataset.key !== key) {
      verdict.dataset.key = key;
      verdict.replaceChildren(verdictChip(rules), " ", image.score === null ? "" : text.viewer.score(format.score(image.score)));
    }
    setText(pValue, this.#explanationOf(image));
    const canChange = isOwner(this.#store.state);
    readOnly.hidden = canChange;
    note.readOnly = !canChange;
    label.disabled = !canChange;
    label.value = image.label ?? "";
    this.#drawButtons(image, canChange);
  }

  /** None of them is ever disabled outright: the focus would be lost with it. */
  #drawButtons(image, canChange) {
    const { previous, accept, reject, next, undo } = this.#buttons;
    const dim = (button, isOff) => button.setAttribute("aria-disabled", String(isOff));
    dim(previous, this.#at === 0);
    dim(next, this.#at === this.#images.length - 1);
    dim(undo, !this.#review.canUndo);
    for (const [button, review] of /** @type {const} */ ([[accept, "accepted"], [reject, "rejected"]])) {
      dim(button, !canChange);
      button.setAttribute("aria-pressed", String(image.review === review));
    }
  }

  #verdict(image) {
    return verdictOf(image, this.#findings.state.limit);
  }

  #explanationOf(image) {
    if (image.error !== undefined) return image.error;
    if (image.score === null) return text.viewer.unscored;
    const held = this.#store.state.project?.model?.calibration.scores.length ?? 0;
    const chance = image.pValue === null || held === 0 ? "" : `${pValueWords(image.pValue, held)} (${text.pValue.value(format.score(image.pValue))})`;
    return [chance, image.remark ? text.viewer.remark(image.remark) : ""].filter(Boolean).join(" ");
  }

  #place() {
    return text.viewer.place(this.#at + 1, this.#images.length);
  }

  #step(by) {
    const to = this.#at + by;
    if (to < 0) return this.#tell(text.viewer.first);
    if (to >= this.#images.length) return this.#tell(text.viewer.last);
    if (by === 0) return;
    this.#keepNote();
    this.#at = to;
    this.#turn();
  }

  #judge(review) {
    const image = this.#image;
    this.#keepNote();
    if (!this.#review.say(image, { review })) return this.#tell(text.viewer.readOnly);
    const done = text.viewer.done(image.name, text.reviews[review]);
    if (this.#at < this.#images.length - 1) this.#step(1);
    this.#draw();
    this.#tell(`${done} ${this.#parts.live.dataset.said ?? ""}`);
  }

  #undo() {
    const images = this.#review.undo();
    if (images.length === 0) return this.#tell(text.viewer.nothingToUndo);
    const at = images.length === 1 ? this.#images.indexOf(images[0]) : -1;
    if (at >= 0) this.#at = at;
    this.#turn();
    this.#tell(images.length === 1 ? text.viewer.undone(images[0].name) : text.viewer.undoneMany(images.length));
  }

  #keepNote() {
    if (this.#image) this.#say({ note: this.#parts.note.value });
  }

  #say(said) {
    if (isOwner(this.#store.state)) this.#review.say(this.#image, said);
  }

  #key(event) {
    const isTyping = event.target.matches("textarea");
    if (isTyping && (event.key === "Escape" || (event.key === "Enter" && event.ctrlKey))) {
      event.preventDefault();
      this.#keepNote();
      return this.#parts.name.focus();
    }
    const keepsArrows = event.target.matches("input, select, textarea");
    const keys = {
      a: () => this.#judge("accepted"), r: () => this.#judge("rejected"), u: () => this.#undo(), n: () => this.#parts.note.focus(), h: () => this.#explain.toggleHeat(),
      j: () => this.#step(1), k: () => this.#step(-1), arrowright: () => this.#step(1), arrowleft: () => this.#step(-1),
    };
    const act = keys[event.key.toLowerCase()];
    const isUndo = event.ctrlKey && event.key.toLowerCase() === "z";
    if (isTyping || event.altKey || event.metaKey || (event.ctrlKey && !isUndo) || (keepsArrows && event.key.startsWith("Arrow"))) return;
    if (event.target.matches("select") && event.key.length === 1) return;
    if (!act && !isUndo) return;
    event.preventDefault();
    if (isUndo) this.#undo();
    else act();
  }

  /** Escape in the note ends the writing, not the review. */
  #cancel(event) {
    if (document.activeElement === this.#parts.note) event.preventDefault();
  }

  #closed() {
    const image = this.#image;
    this.#explain.show(null);
    // The project that it belongs to may be closed already.
    const isThere = this.#store.state.project?.images.includes(image);
    if (isThere) this.#keepNote();
    this.#images = [];
    if (isThere) this.#onClose(image.id);
  }

  #tell(sentence) {
    this.#parts.live.dataset.said = sentence;
    this.#parts.live.textContent = sentence;
  }
}

/**
 * A button with words, of which the narrowest screens spare those after the first, or all where there is a sign.
 * @param {string} name of its words @param {string} key @param {() => void} act @param {string[]} signs before and after the words
 */
function button(name, key, act, signs = []) {
  const [words, more = ""] = [text.viewer[name]].flat();
  const [before, after] = signs.map((sign) => el("span", { "aria-hidden": "true" }, sign));
  const content = before ? [before, el("span", { class: "spare" }, words), after] : [words, el("span", { class: "spare" }, more)];
  return el("button", { type: "button", class: name, id: `viewer-${name}`, "data-testid": `viewer-${name}`, "aria-keyshortcuts": key, onclick: act }, ...content);
}
