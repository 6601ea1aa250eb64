/** Brings images into the open project: sends files to the worker and takes what it found, one bringing at a time. */
import { unseen } from "../../shared/files.js";
import { Remote } from "../../pkg/rpc.js";
import { unchecked } from "../project.js";
import { addingFiles } from "../storage/lock.js";
import { isOwner } from "../store.js";

const MOST_NAMES = 3;
const PORTION = 50;
const PARTS = /** @type {const} */ (["normals", "images"]);

/** @typedef {{ added: number, marked: number, leftOut: number, duplicates: number }} Tally of what came to a part; marked: of how many it is known what they are */
/** @returns {Tally} */
const nothing = () => ({ added: 0, marked: 0, leftOut: 0, duplicates: 0 });

export class Intake {
  #store;
  #workspace;
  #worker = new Remote(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
  #abort = null;

  /** @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace */
  constructor(store, workspace) {
    this.#store = store;
    this.#workspace = workspace;
  }

  /**
   * @param {import("../store.js").Part} part
   * @param {import("./sorting.js").FileToTake[]} files
   * @returns {Promise<{ normals: Tally, images: Tally, cancelled: boolean } | null>} nothing of what was added is lost if it is
   *   cancelled; null if the project was left meanwhile
   */
  async bring(part, files) {
    const { project } = this.#store.state;
    const abort = new AbortController();
    const tallies = { normals: nothing(), images: nothing() };
    this.#abort = abort;
    const id = this.#workspace.storage.kind === "disk" ? project.id : null;
    this.#store.set({ bringing: { part, done: 0, total: files.length } });
    try {
      await addingFiles(project.id, () => this.#send(id, files, abort.signal, (event) => {
        if (isOwner(this.#store.state) && this.#store.state.project === project) this.#receive(part, event, tallies);
        else abort.abort();
      }));
    } finally {
      // The next one may have begun, in another project.
      if (this.#abort === abort) this.#store.set({ bringing: null });
    }
    return this.#store.state.project === project ? { ...tallies, cancelled: abort.signal.aborted } : null;
  }

  /**
   * Finds out what is in zip files.
   * @param {import("../../shared/files.js").NamedFile[]} files @param {AbortSignal} signal
   * @returns {Promise<import("./sorting.js").ListedFile[]>}
   */
  async list(files, signal) {
    // Files that are called images are not opened for it: there may be ten thousand.
    const unknown = files.filter(({ file }) => !file.type.startsWith("image/"));
    const entries = new Map();
    for (let from = 0; from < unknown.length && !signal.aborted; from += PORTION) {
      const portion = unknown.slice(from, from + PORTION);
      const names = await this.#worker.call("list", { files: portion.map(({ file }) => file) }, { signal });
      portion.forEach((one, index) => { entries.set(one, names[index]); });
    }
    return files.map((one) => ({ ...one, entries: entries.get(one) ?? null }));
  }

  /** Files are looked at before they are brought, and a folder that was dropped is gone through. @param {import("../store.js").Part} part @returns {import("../../shared/files.js").Walk} */
  walk(part) {
    const { project, bringing } = this.#store.state;
    if (!project || bringing) return unseen();
    const abort = new AbortController();
    this.#abort = abort;
    const show = (now) => { if (!abort.signal.aborted || !now) this.#store.set({ bringing: now }); };
    return { signal: abort.signal, onFound: (total) => show({ part, done: 0, total }), onEnd: () => show(null) };
  }

  /** @param {import("../store.js").Part} part @param {string[]} names of what could not be read in a folder */
  leaveOut(part, names) {
    this.#leaveOut(part, names.map((name) => ({ name, reason: "unreadable" })));
  }

  resources() {
    return this.#worker.resources();
  }

  /** What was looked at so far stays. */
  cancel() {
    this.#abort?.abort();
  }

  /** @param {import("../store.js").Part} part */
  forgetLeftOut(part) {
    this.#store.set({ leftOut: { ...this.#store.state.leftOut, [part]: [] } });
  }

  /** Files go to the worker in portions: the browser looks up each one, on the page, while it sends them. */
  async #send(project, files, signal, receive) {
    let done = 0;
    for (let from = 0; from < files.length && !signal.aborted; from += PORTION) {
      const portion = files.slice(from, from + PORTION);
      const before = done;
      const onEvent = (event) => {
        done = before + event.done;
        receive({ ...event, done, total: before + event.total + files.length - from - portion.length });
      };
      const { diskError } = await this.#worker.call("bring", { project, files: portion }, { signal, onEvent });
      if (diskError) await this.#workspace.check();
    }
  }

  #receive(broughtTo, { found, leftOut, done, total }, tallies) {
    this.#store.set({ bringing: { part: broughtTo, done, total } });
    for (const part of PARTS) {
      const isHere = (one) => (one.part ?? broughtTo) === part;
      this.#add(part, found.filter(isHere), tallies[part]);
      const left = leftOut.filter(isHere);
      tallies[part].leftOut += left.length;
      if (left.length > 0) this.#leaveOut(part, left);
    }
  }

  #leaveOut(part, leftOut) {
    this.#store.set({ leftOut: { ...this.#store.state.leftOut, [part]: grouped(this.#store.state.leftOut[part], leftOut) } });
  }

  /** @param {import("../store.js").Part} part @param {{ image: import("../project.js").BroughtImage, blob: Blob | null, label?: "normal" | "anomaly" }[]} found @param {Tally} tally */
  #add(part, found, tally) {
    const { project, missing } = this.#store.state;
    const known = new Set(project[part].map((image) => image.id));
    const back = new Set();
    const fresh = [];
    for (const { image, blob, label } of found) {
      const isBack = missing.delete(image.id);
      const isNew = !known.has(image.id);
      if (blob) this.#workspace.hold(image.id, blob);
      if (isBack) back.add(image.id);
      if (isNew) fresh.push(part === "normals" ? image : { ...unchecked(image), label });
      if (!isBack && !isNew) tally.duplicates += 1;
      known.add(image.id);
    }
    tally.added += fresh.length;
    tally.marked += fresh.filter((image) => image.label).length;
    if (back.size > 0) this.#bringBack(back);
    if (fresh.length === 0) return;
    this.#workspace.edit((one) => { one[part].push(...fresh); }, part);
  }

  /** Images that the storage had lost can be scored again. */
  #bringBack(ids) {
    this.#store.touch("missing");
    this.#workspace.edit((project) => {
      for (const image of project.images) if (ids.has(image.id)) image.error = undefined;
    }, "images");
  }
}

/** Files by why they were left out, with the first few names of each kind. */
function grouped(groups, leftOut) {
  const result = new Map(groups.map((group) => [group.reason, group]));
  for (const { name, reason } of leftOut) {
    const { count, names } = result.get(reason) ?? { count: 0, names: [] };
    result.set(reason, { reason, count: count + 1, names: names.length < MOST_NAMES ? [...names, name] : names });
  }
  return [...result.values()];
}
