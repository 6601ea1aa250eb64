/** The projects: listed, opened, changed, saved, deleted. The one place that writes to the open project. */
import { cleanName, filesOf, MODEL_FILE, newProject, summaryOf } from "./project.js";
import { acquire, isHeld, takeOver } from "./storage/lock.js";
import { Saver } from "./storage/saver.js";
import { estimate, openStorage, persist } from "./storage/storage.js";

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
  #opening = 0;
  /** Projects that were left with changes that could not be written. @type {Map<string, import("./project.js").Project>} */
  #unwritten = new Map();
  #onLost;

  /** @param {import("./store.js").InspectStore} store @param {() => void} onLost another tab has taken the open project */
  constructor(store, onLost) {
    this.#store = store;
    this.#onLost = onLost;
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
    this.#store.set({ projects: newestFirst(this.#withUnwritten(projects)), storage: { ...this.#store.state.storage, ...(await estimate()) } });
  }

  /** @param {string} name @returns {Promise<string>} the id of a new project */
  async create(name) {
    const project = newProject(cleanName(name));
    await this.storage.create(project);
    // Asked for when there is something to lose; a browser may want to see that the visitor means it.
    persist();
    return project.id;
  }

  /** @param {string} id @param {import("./storage/lock.js").ProjectLock} [handedOver] */
  async open(id, handedOver) {
    const opening = ++this.#opening;
    await this.close();
    const lock = handedOver ?? (await acquire(id, this.#owner()));
    const { project, missing, hasCheckpoint } = await this.#read(id).catch((error) => {
      lock?.release();
      throw error;
    });
    if (opening !== this.#opening) return lock?.release();
    if (!hasCheckpoint) project.run = null;
    const isUnwritten = this.#unwritten.delete(id);
    this.#lock = lock;
    this.#store.set({ project, access: lock ? "owner" : "reader", missing: new Set(missing) });
    this.#saver = lock && new Saver(this.storage, project, (saving) => this.#report(saving));
    if (isUnwritten) this.#saver?.changed("results");
    this.#findOverlap();
    this.#store.touch("normals", "images", "model", "settings");
    if (lock && missing.length === 0) this.storage.tidy(id, [...filesOf(project)]).catch(() => {});
  }

  /** Makes this tab the one that changes the open project, as it was last saved by the other. */
  async takeOver() {
    const { id } = this.#store.state.project;
    await this.open(id, await takeOver(id, this.#owner()));
  }

  /** Saves what is not saved and leaves the project. */
  async close() {
    await this.#saver?.flush();
    if (this.#saver?.isDirty) this.#unwritten.set(this.#store.state.project.id, this.#store.state.project);
    this.#saver?.close();
    this.#lock?.release();
    this.#saver = null;
    this.#lock = null;
    this.#store.set({ project: null, access: "owner" });
    this.#store.forgetProject();
    this.#store.touch("normals", "images", "model", "settings");
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
    await this.#saver?.flush();
    const { project, saving, bringing } = this.#store.state;
    if (saving.phase === "saved" && !bringing) await this.storage.tidy(project.id, [...filesOf(project)]).catch(() => {});
  }

  /** Everything that is written now stays. */
  async flush() {
    await this.#saver?.flush();
  }

  /** Writes a large file of the open project and tells whether it is there. @param {string} name @param {Blob} content */
  async keep(name, content) {
    const { project, access } = this.#store.state;
    return access === "owner" && this.storage.write(project.id, name, content).then(() => true, () => false);
  }

  /** @param {string} name of a large file of the open project that is no longer needed */
  async discard(name) {
    await this.storage.discard(this.#store.state.project.id, name).catch(() => {});
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

  /** @returns {Promise<Blob>} the model of the open project */
  model() {
    return this.storage.file(this.#store.state.project.id, MODEL_FILE);
  }

  resources() {
    return this.storage.resources();
  }

  /** A project as it is now, open or not. @param {string} id @returns {Promise<import("./project.js").Project>} */
  async read(id) {
    const { project } = this.#store.state;
    if (project?.id !== id) return (await this.#read(id)).project;
    await this.flush();
    return project;
  }

  /** @param {string} id @param {string} name */
  async rename(id, name) {
    if (cleanName(name) === "") throw new Refused("noName");
    if (this.#store.state.project?.id === id) return this.edit((project) => { project.name = cleanName(name); }, "settings");
    await this.#alone(id, async () => {
      const { project } = await this.#read(id);
      Object.assign(project, { name: cleanName(name), modified: new Date().toISOString() });
      const saver = new Saver(this.storage, project, () => {});
      saver.changed("project");
      await saver.flush();
    });
    await this.refresh();
  }

  /** @param {string} id */
  async remove(id) {
    if (this.#store.state.project?.id === id) await this.close();
    const wasUnwritten = this.#unwritten.delete(id);
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
      if (model) await this.storage.write(project.id, MODEL_FILE, model);
    }
    await this.storage.settle(project.id);
    this.edit(() => {}, "images");
    await this.flush();
    const { missing } = await this.storage.open(project.id);
    this.#store.set({ missing: new Set(missing) });
  }

  /** Finds out whether what is shown as saved is still there. */
  async check() {
    const { project, access } = this.#store.state;
    if (!project || access !== "owner") return;
    if (!(await this.storage.isThere(project.id))) this.#report({ phase: "unsaved", error: new DOMException("", "NotFoundError") });
  }

  /** Whether the page alone still has something of a project that was left. */
  get hasUnwritten() {
    return this.#unwritten.size > 0;
  }

  /** As it is on the disk, or as it was left if that could not be written. @returns {Promise<import("./storage/storage.js").Opened>} */
  async #read(id) {
    const project = this.#unwritten.get(id);
    if (!project) return this.storage.open(id);
    const known = await this.storage.open(id).catch(() => null);
    const held = this.storage.held(id);
    return {
      project, hasCheckpoint: known?.hasCheckpoint ?? false,
      missing: known?.missing ?? [...filesOf(project)].filter((image) => !held.has(image)),
    };
  }

  #withUnwritten(projects) {
    const others = projects.filter(({ id }) => !this.#unwritten.has(id));
    return [...others, ...[...this.#unwritten.values()].map(summaryOf)];
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
      onAsked: () => this.flush(),
      onLost: () => {
        if (!this.#lock) return;
        this.#saver.close();
        this.#saver = null;
        this.#lock = null;
        this.#store.set({ access: "reader" });
        this.#onLost();
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
