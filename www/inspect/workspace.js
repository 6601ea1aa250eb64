/** The projects: listed, opened, changed, saved, deleted. The one place that writes to the open project. */
import { fitted, seriesOf, squareOf } from "../pkg/engine/pictures.js";
import { cleanName, neededBy, newProject, PROJECT_FILE, projectText } from "./project.js";
import { acquire, addingFiles, isHeld, removingFiles, takeOver } from "./storage/lock.js";
import { Saver } from "./storage/saver.js";
import { estimate, openStorage, persist } from "./storage/storage.js";
import { Unwritten } from "./storage/unwritten.js";

/** Why something cannot be done; `reason` is a key of text.projects.refusals. */
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Workspace {
  /** @type {import("./storage/storage.js").DiskStorage | import("./storage/storage.js").MemoryStorage} */
  storage;
  #store;
  #lock = null;
  /** @type {Saver | null} */
  #saver = null;
  /** Grows when another project is to be opened, or none: whoever is opening one then gives it up. */
  #opening = 0;
  /** @type {Promise<void> | null} while the open project is being left */
  #leaving = null;
  #unwritten = new Unwritten();
  #hooks;

  /**
   * @param {import("./store.js").InspectStore} store
   * @param {{ onLost: () => void, onOvertaken: () => void }} hooks another tab has taken the open project; another tab has
   *   changed a project since it was left here with changes that could not be written, which are given up
   */
  constructor(store, hooks) {
    this.#store = store;
    this.#hooks = hooks;
  }

  /** Finds out where projects can be kept, and which there are. */
  async begin() {
    const { storage, projects, error } = await openStorage();
    this.storage = storage;
    this.#store.set({ projects: newestFirst(projects), storage: { kind: storage.kind, error, ...(await estimate()) } });
  }

  /** Reads the list anew: another tab may have changed it. */
  async refresh() {
    const projects = await this.storage.list();
    this.#store.set({ projects: newestFirst(this.#unwritten.among(projects)), storage: { ...this.#store.state.storage, ...(await estimate()) } });
  }

  /** @param {string} name @returns {Promise<string>} the id of a new project */
  async create(name) {
    const project = newProject(cleanName(name));
    await this.storage.create(project);
    // Asked for when there is something to lose; a browser may want to see that the visitor means it.
    persist();
    return project.id;
  }

  /** @param {string} id @returns {Promise<boolean>} false if something else was wanted meanwhile */
  async open(id) {
    const opening = ++this.#opening;
    await this.#left();
    return this.#show(id, await acquire(id, this.#owner()), opening);
  }

  /** Makes this tab the one that changes the open project, as it was last saved by the other. @returns {Promise<boolean>} as open */
  async takeOver() {
    const opening = ++this.#opening;
    const { id } = this.#store.state.project;
    return this.#show(id, await takeOver(id, this.#owner(), () => opening === this.#opening), opening);
  }

  /** Saves what is not saved and leaves the project; what is being opened is not opened. */
  async close() {
    this.#opening += 1;
    await this.#left();
  }

  /**
   * Changes the open project, draws it and saves it.
   * @param {(project: import("./project.js").Project) => void} change alters it in place
   * @param {...("normals" | "images" | "model" | "settings")} parts
   */
  edit(change, ...parts) {
    const { project, access } = this.#store.state;
    if (!project || access !== "owner") return;
    change(project);
    if (parts.includes("normals") || parts.includes("images")) this.#findOverlap();
    this.#store.touch(...parts);
    this.#saver.changed(parts.includes("images") ? "results" : "project");
  }

  /** Takes images away and their files with them. @param {import("./store.js").Part} part @param {Set<string>} ids */
  async removeImages(part, ids) {
    this.edit((project) => { project[part] = /** @type {any} */ (project[part]).filter((image) => !ids.has(image.id)); }, part);
    await this.flush();
    await this.tidy();
  }

  /** Removes the files that the open project no longer needs, as soon as it is written that it does not. */
  async tidy() {
    const { project } = this.#store.state;
    if (!project) return;
    await removingFiles(project.id, async () => {
      await this.flush();
      const isWritten = this.#isOpen(project) && this.#store.state.saving.phase === "saved";
      if (isWritten) await this.storage.tidy(project.id, neededBy(project));
    }).catch(() => {}); // it is tried again when the project is opened
    if (this.#isOpen(project)) this.#report({});
  }

  /** Everything that is written now stays. */
  async flush() {
    await this.#saver?.flush();
  }

  /**
   * Writes a large file of the open project.
   * @param {string} name @param {Blob} content
   * @param {(isKept: boolean) => void} then says in the project what the file is; not called if the project was left
   * @returns {Promise<boolean>} whether it was called
   */
  async keep(name, content, then) {
    const { project } = this.#store.state;
    return addingFiles(project.id, async () => {
      const isKept = await this.storage.write(project.id, name, content).then(() => true, () => false);
      const isOpen = this.#isOpen(project);
      if (isOpen) then(isKept);
      return isOpen;
    });
  }

  /** Holds an image, or the model, in memory that is not on the disk. @param {string} name @param {Blob} blob */
  hold(name, blob) {
    this.storage.hold(this.#store.state.project.id, name, blob);
    this.#report({});
  }

  /** @param {string} id of an image of the open project @returns {Promise<Blob>} */
  image(id) {
    return this.storage.image(this.#store.state.project.id, id);
  }

  /** All of an image, as the model sees its values. @param {string} id @param {number} side at most so many pixels wide and high */
  async picture(id, side) {
    return fitted(await this.image(id), side, this.#valueRange);
  }

  /** The square in its middle. @param {string} id @param {number} side at most so many pixels wide */
  async square(id, side) {
    return squareOf(await this.image(id), side, this.#valueRange);
  }

  /** All of an image, and what its file has more of: the first alone is scored, and shown. @param {string} id @param {number} side */
  async pictureAndSeries(id, side) {
    const file = await this.image(id);
    return Promise.all([fitted(file, side, this.#valueRange), seriesOf(file)]);
  }

  get #valueRange() {
    return this.#store.state.project.model?.card.valueRange ?? null;
  }

  /** @returns {Promise<Blob>} the model of the open project */
  model() {
    const { id, model } = this.#store.state.project;
    return this.storage.file(id, model.file);
  }

  resources() {
    return this.storage.resources();
  }

  /** A project as it is now, open or not. @param {string} id @returns {Promise<import("./project.js").Project>} */
  async read(id) {
    const { project } = this.#store.state;
    if (project?.id !== id) return (await this.#unwritten.read(this.storage, id)).project;
    await this.flush();
    return project;
  }

  /** @param {string} id @param {string} name */
  async rename(id, name) {
    if (cleanName(name) === "") throw new Refused("noName");
    if (this.#store.state.project?.id === id) return this.edit((project) => { project.name = cleanName(name); }, "settings");
    await this.#alone(id, async () => {
      const { project } = await this.#unwritten.read(this.storage, id);
      Object.assign(project, { name: cleanName(name), modified: new Date().toISOString() });
      // What could not be written before is written as a whole when it is opened.
      if (!this.#unwritten.has(project)) await this.storage.write(id, PROJECT_FILE, projectText(project));
    });
    await this.refresh();
  }

  /** @param {string} id */
  async remove(id) {
    if (this.#store.state.project?.id === id) await this.close();
    const wasUnwritten = this.#unwritten.take(id) !== undefined;
    await this.#alone(id, () => this.storage.remove(id)).catch((error) => {
      // It may be in memory only.
      if (!wasUnwritten || error instanceof Refused) throw error;
    });
    await this.refresh();
  }

  /** After the storage was full, or cleared underneath: writes what is still in memory. @param {Blob | null} model */
  async writeAnew(model) {
    const { project } = this.#store.state;
    if (!(await this.storage.isThere(project.id))) {
      await this.storage.create(project);
      if (model) await this.storage.write(project.id, project.model.file, model);
    }
    await this.storage.settle(project.id);
    this.edit(() => {}, "images");
    await this.flush();
    const { missing } = await this.storage.open(project.id);
    if (this.#isOpen(project)) this.#store.set({ missing: new Set(missing) });
  }

  /** Finds out whether what is shown as saved is still there. */
  async check() {
    const { project, access } = this.#store.state;
    if (!project || access !== "owner") return;
    if (!(await this.storage.isThere(project.id)) && this.#isOpen(project)) this.#report({ phase: "unsaved", error: new DOMException("", "NotFoundError") });
  }

  /** Whether the page alone still has something of a project that was left. */
  get hasUnwritten() {
    return this.#unwritten.size > 0;
  }

  /** Whether the project that was open is still, and may be changed here. @param {import("./project.js").Project} project */
  #isOpen(project) {
    return this.#store.state.project === project && this.#store.state.access === "owner";
  }

  /** Once the project that is open is left. */
  #left() {
    this.#leaving ??= this.#leave().finally(() => { this.#leaving = null; });
    return this.#leaving;
  }

  async #leave() {
    const { project } = this.#store.state;
    if (this.#saver) {
      // Nothing changes it while it is written for the last time: whoever opens it next is to find all of it.
      this.#store.set({ access: "leaving" });
      await this.#saver.flush();
    }
    if (this.#saver?.isDirty) this.#unwritten.keep(project);
    this.#giveBack();
    this.#store.set({ project: null, access: "owner" });
    this.#store.forgetProject();
    this.#store.touch("normals", "images", "model", "settings");
  }

  #giveBack() {
    this.#saver?.close();
    this.#lock?.release();
    this.#saver = null;
    this.#lock = null;
  }

  /** @param {string} id @param {import("./storage/lock.js").ProjectLock | null} lock null to read only @param {number} opening */
  async #show(id, lock, opening) {
    if (opening !== this.#opening) {
      lock?.release();
      return false;
    }
    this.#lock = lock;
    const { project, missing, hasCheckpoint } = await this.#unwritten.read(this.storage, id).catch((error) => {
      if (opening === this.#opening) this.#giveBack();
      throw error;
    });
    // Whoever wants something else has given the lock back.
    if (opening !== this.#opening) return false;
    if (!hasCheckpoint) project.run = null;
    this.#store.forgetProject();
    this.#store.set({ project, access: this.#lock ? "owner" : "reader", missing: new Set(missing) });
    this.#findOverlap();
    this.#store.touch("normals", "images", "model", "settings");
    if (this.#lock) this.#own(project, missing);
    return true;
  }

  /** Takes charge of writing the project that was opened. */
  #own(project, missing) {
    const left = this.#unwritten.take(project.id);
    this.#saver = new Saver(this.storage, project, (saving) => this.#report(saving));
    if (left === project) this.#saver.changed("results");
    else if (left) this.#hooks.onOvertaken();
    if (missing.length === 0) this.tidy();
  }

  async #alone(id, work) {
    if (await isHeld(id)) throw new Refused("openElsewhere");
    await work();
  }

  #report(saving) {
    const { project } = this.#store.state;
    this.#store.set({ saving: { ...this.#store.state.saving, ...saving, held: project ? this.storage.heldCount(project.id) : 0 } });
  }

  /** What to do when another tab asks for the project, or takes it. */
  #owner() {
    return {
      onAsked: () => {
        this.#store.set({ access: "leaving" });
        return this.flush();
      },
      onLost: () => {
        this.#lock = null;
        if (!this.#saver) return; // it is being opened, and will be read only
        this.#saver.close();
        this.#saver = null;
        this.#store.set({ access: "reader" });
        this.#hooks.onLost();
      },
    };
  }

  #findOverlap() {
    const { normals, images } = this.#store.state.project;
    const known = new Set(normals.map((image) => image.id));
    this.#store.set({ overlap: new Set(images.map((image) => image.id).filter((id) => known.has(id))) });
  }
}

const newestFirst = (projects) => [...projects].sort((a, b) => b.modified.localeCompare(a.modified));
