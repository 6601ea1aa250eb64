/** Writes what changed of the open project, not too often, and says honestly whether it is written. */
import { PROJECT_FILE, projectText, RESULTS_FILE, resultsBlob } from "../project.js";

const SOONEST_MS = 300;
const LATEST_MS = 10_000;
/** Writing takes at most about one part in so many of the time: ten thousand results are not rewritten at every chunk. */
const SHARE = 20;
const RETRY_MS = 5000;

/** @typedef {{ phase: "saved" | "saving" | "unsaved", error: Error | null }} Saving */

export class Saver {
  #storage;
  #project;
  #onChange;
  #dirty = new Set();
  #timer = 0;
  #writing = null;
  #lastMs = 0;
  #error = null;
  #closed = false;

  /**
   * @param {import("./storage.js").DiskStorage | import("./storage.js").MemoryStorage} storage
   * @param {import("../project.js").Project} project the object that is changed in place
   * @param {(saving: Saving) => void} onChange
   */
  constructor(storage, project, onChange) {
    this.#storage = storage;
    this.#project = project;
    this.#onChange = onChange;
    this.#tell();
  }

  /** Says that a part is not as it was written. @param {...("project" | "results")} parts */
  changed(...parts) {
    if (this.#closed) return;
    this.#project.modified = new Date().toISOString();
    for (const part of ["project", ...parts]) this.#dirty.add(part);
    this.#plan();
    this.#tell();
  }

  /** Writes now what is not written; does not fail, see the state. */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    // Whoever else was waiting may have begun to write first.
    while (this.#writing) await this.#writing;
    if (this.#dirty.size > 0) await this.#write();
  }

  /** Whether something is not written. */
  get isDirty() {
    return this.#dirty.size > 0;
  }

  /** From here on nothing is written any more: the project is left, or another tab has it. */
  close() {
    this.#closed = true;
    this.#dirty.clear();
    clearTimeout(this.#timer);
  }

  #plan() {
    if (this.#timer || this.#writing) return;
    const wait = this.#error ? RETRY_MS : Math.min(Math.max(this.#lastMs * SHARE, SOONEST_MS), LATEST_MS);
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  async #write() {
    this.#writing = this.#writeParts();
    await this.#writing;
    this.#writing = null;
    if (this.#dirty.size > 0 && !this.#closed) this.#plan();
    this.#tell();
  }

  async #writeParts() {
    const parts = this.#dirty;
    this.#dirty = new Set();
    const began = performance.now();
    const { id } = this.#project;
    // Both as they are at this moment, whatever changes while they are written.
    const project = projectText(this.#project);
    const images = parts.has("results") ? this.#project.images.map((image) => ({ ...image })) : [];
    try {
      // The results first: a project.json never speaks of what is not there.
      if (parts.has("results")) await this.#storage.write(id, RESULTS_FILE, await resultsBlob(images));
      await this.#storage.write(id, PROJECT_FILE, project);
      this.#error = null;
    } catch (error) {
      this.#error = error;
      if (!this.#closed) for (const part of parts) this.#dirty.add(part);
    }
    this.#lastMs = performance.now() - began;
  }

  #tell() {
    const phase = this.#error ? "unsaved" : this.#dirty.size > 0 || this.#writing ? "saving" : "saved";
    this.#onChange({ phase, error: this.#error });
  }
}
