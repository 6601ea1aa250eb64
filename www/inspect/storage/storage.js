/**
 * Where projects are kept: on the disk, in the browser's origin-private file system, or, where the browser forbids
 * that, in memory for as long as the page is open. Both have the same methods.
 */
import { Remote } from "../../pkg/rpc.js";
import { CHECKPOINT_FILE, filesOf, isLargeFile, parseProject, PROJECT_FILE, projectText, RESULTS_FILE, summaryOf } from "../project.js";
import { imagesFolder, projectFolder, readFile } from "./disk.js";

/** @typedef {import("../project.js").Summary} Summary */
/** @typedef {{ project: import("../project.js").Project, missing: string[], hasCheckpoint: boolean }} Opened */

export class DiskStorage {
  kind = /** @type {const} */ ("disk");
  #worker = new Remote(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
  /** What did not fit on the disk, by project and name: images by their ids, and the model. @type {Map<string, Map<string, Blob>>} */
  #held = new Map();

  /** @returns {Promise<Summary[]>} */
  list() {
    return this.#worker.call("list");
  }

  /** @param {import("../project.js").Project} project */
  create(project) {
    return this.#worker.call("create", { id: project.id, project: projectText(project) });
  }

  /** @param {string} id @returns {Promise<Opened>} */
  async open(id) {
    const opened = await this.#worker.call("open", { id });
    return { ...opened, missing: opened.missing.filter((image) => !this.#held.get(id)?.has(image)) };
  }

  /** @param {string} id @param {string} name @param {string | Blob} content */
  async write(id, name, content) {
    await this.#worker.call("write", { id, name, content });
    this.held(id).delete(name);
  }

  /** @param {string} id */
  async remove(id) {
    await this.#worker.call("remove", { id });
    this.#held.delete(id);
  }

  /** @param {string} id @param {string[]} needed see neededBy; other images, models and checkpoints go */
  async tidy(id, needed) {
    const keep = new Set(needed);
    for (const name of this.held(id).keys()) if (!keep.has(name)) this.held(id).delete(name);
    await this.#worker.call("tidy", { id, needed });
  }

  /** @param {string} id @param {string} name @returns {Promise<Blob>} */
  async file(id, name) {
    return this.#held.get(id)?.get(name) ?? readFile(await projectFolder(id), name);
  }

  /** Whether the disk still has the project. @param {string} id */
  async isThere(id) {
    return this.file(id, PROJECT_FILE).then(() => true, () => false);
  }

  /** @param {string} id @param {string} image its id @returns {Promise<Blob>} */
  async image(id, image) {
    return this.#held.get(id)?.get(image) ?? readFile(await imagesFolder(await projectFolder(id)), image);
  }

  /** Keeps an image, or the model, in memory. @param {string} id @param {string} name @param {Blob} blob */
  hold(id, name, blob) {
    if (!this.#held.has(id)) this.#held.set(id, new Map());
    this.#held.get(id).set(name, blob);
  }

  resources() {
    return this.#worker.resources();
  }

  /** Puts on the disk what was held in memory, as far as it fits. @param {string} id */
  async settle(id) {
    for (const [name, content] of this.held(id)) {
      if (isLargeFile(name)) await this.write(id, name, content);
      else await this.#worker.call("keep", { id, image: name, content });
      this.held(id).delete(name);
    }
  }

  /** How many files of a project are only in memory. @param {string} id */
  heldCount(id) {
    return this.#held.get(id)?.size ?? 0;
  }

  /** @param {string} id @returns {Map<string, Blob>} */
  held(id) {
    return this.#held.get(id) ?? new Map();
  }
}

export class MemoryStorage {
  kind = /** @type {const} */ ("memory");
  /** @type {Map<string, { files: Map<string, Blob>, images: Map<string, Blob> }>} */
  #projects = new Map();

  /** @returns {Promise<Summary[]>} */
  async list() {
    return Promise.all([...this.#projects.keys()].map(async (id) => summaryOf(await this.#read(id))));
  }

  async create(project) {
    this.#projects.set(project.id, { files: new Map([[PROJECT_FILE, new Blob([projectText(project)])]]), images: new Map() });
  }

  /** @returns {Promise<Opened>} */
  async open(id) {
    const project = await this.#read(id);
    const missing = [...filesOf(project)].filter((image) => !this.#of(id).images.has(image));
    return { project, missing, hasCheckpoint: this.#of(id).files.has(CHECKPOINT_FILE) };
  }

  async write(id, name, content) {
    this.#of(id).files.set(name, new Blob([content]));
  }

  async remove(id) {
    this.#projects.delete(id);
  }

  async tidy(id, needed) {
    const keep = new Set(needed);
    const { files, images } = this.#of(id);
    for (const image of images.keys()) if (!keep.has(image)) images.delete(image);
    for (const name of files.keys()) if (isLargeFile(name) && !keep.has(name)) files.delete(name);
  }

  async file(id, name) {
    return found(this.#of(id).files.get(name));
  }

  async isThere(id) {
    return this.#projects.has(id);
  }

  async image(id, image) {
    return found(this.#of(id).images.get(image));
  }

  hold(id, image, blob) {
    this.#of(id).images.set(image, blob);
  }

  async resources() {
    return [];
  }

  async settle() {}

  heldCount(id) {
    return this.#of(id).images.size;
  }

  held(id) {
    return this.#of(id).images;
  }

  #of(id) {
    return found(this.#projects.get(id));
  }

  async #read(id) {
    const { files } = this.#of(id);
    return parseProject(await files.get(PROJECT_FILE).text(), (await files.get(RESULTS_FILE)?.text()) ?? null);
  }
}

/** Fails as the disk would. */
function found(value) {
  if (value === undefined) throw new DOMException("There is no such file.", "NotFoundError");
  return value;
}

/**
 * The disk if it can be had, which is tried, not asked: a private window may offer it and refuse its use.
 * @returns {Promise<{ storage: DiskStorage | MemoryStorage, projects: Summary[], error: Error | null }>}
 */
export async function openStorage() {
  const disk = new DiskStorage();
  try {
    return { storage: disk, projects: await disk.list(), error: null };
  } catch (error) {
    return { storage: new MemoryStorage(), projects: [], error };
  }
}

/** How much is there and used, and whether the browser promises to keep it; empty where it does not say. */
export async function estimate() {
  try {
    const [{ usage, quota }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
    return { usage, quota, persisted };
  } catch {
    return { usage: NaN, quota: NaN, persisted: false };
  }
}

/** Asks the browser not to clear this storage when space gets short. It may say no, and may ask the visitor. */
export const persist = () => navigator.storage?.persist?.().catch(() => false) ?? false;

/** @returns {"full" | "forbidden" | "cleared" | "other"} what went wrong with the disk */
export function troubleOf(error) {
  if (error.name === "QuotaExceededError") return "full";
  if (["NotFoundError", "InvalidStateError"].includes(error.name)) return "cleared";
  if (["SecurityError", "NotAllowedError", "TypeError", "UnknownError"].includes(error.name)) return "forbidden";
  return "other";
}
