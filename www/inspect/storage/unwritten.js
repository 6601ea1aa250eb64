/** Projects that were left with changes that could not be written: the page alone has them. */
import { filesOf, summaryOf } from "../project.js";

/** @typedef {import("../project.js").Project} Project */

export class Unwritten {
  /** @type {Map<string, Project>} */
  #projects = new Map();

  get size() {
    return this.#projects.size;
  }

  /** @param {Project} project */
  keep(project) {
    this.#projects.set(project.id, project);
  }

  /** Gives one away. @param {string} id @returns {Project | undefined} */
  take(id) {
    const project = this.#projects.get(id);
    this.#projects.delete(id);
    return project;
  }

  /** @param {Project} project whether it is the one that is kept here, not a copy */
  has(project) {
    return this.#projects.get(project.id) === project;
  }

  /**
   * A project as it was left, or as it is in the storage if it was written, or if another tab has changed it since.
   * @param {import("./storage.js").DiskStorage | import("./storage.js").MemoryStorage} storage @param {string} id
   * @returns {Promise<import("./storage.js").Opened>}
   */
  async read(storage, id) {
    const project = this.#projects.get(id);
    if (!project) return storage.open(id);
    const stored = await storage.open(id).catch(() => null);
    if (stored?.project.modified > project.modified) return stored;
    const held = storage.held(id);
    return {
      project, hasCheckpoint: stored?.hasCheckpoint ?? false,
      missing: stored?.missing ?? [...filesOf(project)].filter((image) => !held.has(image)),
    };
  }

  /** The list with these in it. @param {import("../project.js").Summary[]} projects */
  among(projects) {
    const newest = new Map(projects.map((summary) => [summary.id, summary]));
    for (const project of this.#projects.values()) {
      if (!(newest.get(project.id)?.modified > project.modified)) newest.set(project.id, summaryOf(project));
    }
    return [...newest.values()];
  }
}
