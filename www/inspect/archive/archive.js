/** Saving a project as one file, and opening such a file: the page's side. */
import { byId, download, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/inspect.js";
import { Remote } from "../../pkg/rpc.js";

/** The visitor gave it up: nothing to say. */
export class GivenUp extends Error {}

export class Archive {
  #workspace;
  #worker = new Remote(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
  #abort = new AbortController();

  /** @param {import("../workspace.js").Workspace} workspace */
  constructor(workspace) {
    this.#workspace = workspace;
    byId("archive-cancel").addEventListener("click", () => this.#abort.abort());
  }

  /**
   * @param {string} id @param {string} name @param {() => Blob | null} weightsNow the model, if the page holds it
   * @returns {Promise<{ name: string, missing: number }>} what was written, and how many images are not in it
   */
  async exportFile(id, name, weightsNow) {
    const fileName = `${format.fileName(name)}.ganomaly.zip`;
    // The picker may only be shown while the click counts: before anything else.
    const target = await pickTarget(fileName);
    const { storage } = this.#workspace;
    const isOnDisk = storage.kind === "disk" && (await storage.isThere(id));
    // With the model that belongs to it, whatever is learnt from here on.
    const project = { ...(await this.#workspace.read(id)) };
    const model = project.model && (weightsNow() ?? (await storage.file(id, project.model.file)));
    const { blob, missing } = await this.#run(text.projects.exporting, "exportProject", { project, isOnDisk, held: storage.held(id), model, target });
    if (blob) download(blob, fileName);
    return { name: target?.name ?? fileName, missing };
  }

  /** @param {File} file @returns {Promise<import("../project.js").Project>} which is kept now */
  async importFile(file) {
    const { storage } = this.#workspace;
    const { project, kept } = await this.#run(text.projects.importing, "importProject", { file, isOnDisk: storage.kind === "disk" });
    if (kept) {
      await storage.create(project);
      for (const [name, blob] of kept.files) await storage.write(project.id, name, blob);
      for (const [id, blob] of kept.images) storage.hold(project.id, id, blob);
    }
    return project;
  }

  /** What a file says of its project; null if that cannot be read. @param {File} file @returns {Promise<import("../project.js").Project | null>} */
  look(file) {
    return this.#worker.call("readProject", { file }).catch(() => null);
  }

  resources() {
    return this.#worker.resources();
  }

  async #run(title, method, params) {
    const abort = new AbortController();
    this.#abort = abort;
    byId("archive").hidden = false;
    setText(byId("archive-title"), title);
    showProgress({ done: 0, total: 0 });
    try {
      return await this.#worker.call(method, params, { signal: abort.signal, onEvent: showProgress });
    } catch (error) {
      throw abort.signal.aborted ? new GivenUp() : error;
    } finally {
      byId("archive").hidden = true;
    }
  }
}

function showProgress({ done, total }) {
  byId("archive-progress").value = total > 0 ? done / total : 0;
  setText(byId("archive-text"), total > 0 ? text.archive.progress(done, total) : "");
}

/** Where the file goes, where the browser can ask; null for an ordinary download. */
async function pickTarget(suggestedName) {
  if (!("showSaveFilePicker" in window)) return null;
  try {
    return await window.showSaveFilePicker({ suggestedName, types: [{ accept: { "application/zip": [".zip"] } }] });
  } catch (error) {
    if (error.name === "AbortError") throw new GivenUp();
    return null;
  }
}

/** Why a file was refused, as a clause. @param {Error} error */
export function refusalOf(error) {
  const { reasons } = text.archive;
  if (error.name === "QuotaExceededError") return reasons.full;
  if (error.name !== "Refusal") return error.message;
  const { reason, entry } = JSON.parse(error.message);
  const words = /** @type {string | ((entry: string) => string)} */ (reasons[reason]);
  return typeof words === "function" ? words(entry) : words;
}
