/** The worker that lists, reads and writes projects, so that the page never waits for a disk. */
import { serve } from "../../pkg/rpc.js";
import { CHECKPOINT_FILE, filesOf, isLargeFile, parseProject, PROJECT_FILE, RESULTS_FILE, summaryOf } from "../project.js";
import { imagesFolder, keepImage, namesIn, projectFolder, projectIds, readFile, readFileIfAny, removeProject, sweep, whileUnfinished, writeWhole } from "./disk.js";

class Projects {
  /** What was read, by the times and sizes of the files: the list is wanted often, and large results take their time. @type {Map<string, { stamp: string, summary: any }>} */
  #known = new Map();

  /** Every project in short, also those that cannot be read. Fails only where there is no storage to be had. */
  async list() {
    await sweep();
    const projects = [];
    for (const id of await projectIds()) {
      const summary = await this.#inShort(id);
      if (summary) projects.push(summary);
    }
    return projects;
  }

  /** @returns {Promise<import("../project.js").Summary | null>} null for one in the making, or just deleted */
  async #inShort(id) {
    try {
      const folder = await projectFolder(id);
      const stamp = await stampOf(folder);
      if (this.#known.get(id)?.stamp !== stamp) this.#known.set(id, { stamp, summary: { ...summaryOf(await read(folder)), id } });
      return this.#known.get(id).summary;
    } catch (error) {
      if (error.name === "NotFoundError") return null;
      return { id, name: "", created: "", modified: "", normals: 0, images: 0, hasModel: false, trouble: error.name };
    }
  }

  /** `project` is the text of project.json. It is written last: it makes the folder a project. */
  create({ id, project }) {
    return whileUnfinished(async () => {
      const folder = await projectFolder(id, true);
      await imagesFolder(folder, true);
      await writeWhole(folder, PROJECT_FILE, project);
    });
  }

  /** @returns {Promise<import("./storage.js").Opened>} the project, the ids of images whose file is gone, and whether a checkpoint is there */
  async open({ id }) {
    const folder = await projectFolder(id);
    const project = await read(folder);
    const present = new Set(await namesIn(await imagesFolder(folder, true)));
    const missing = [...filesOf(project)].filter((image) => !present.has(image));
    return { project, missing, hasCheckpoint: (await readFileIfAny(folder, CHECKPOINT_FILE)) !== null };
  }

  /** @param {{ id: string, name: string, content: string | Blob }} params */
  async write({ id, name, content }) {
    await writeWhole(await projectFolder(id), name, content);
  }

  /** @param {{ id: string, image: string, content: Blob }} params */
  async keep({ id, image, content }) {
    const folder = await imagesFolder(await projectFolder(id), true);
    await keepImage(folder, image, new Uint8Array(await content.arrayBuffer()));
  }

  async remove({ id }) {
    await removeProject(id);
  }

  /** Removes the images, models and checkpoints that a project no longer needs. @param {{ id: string, needed: string[] }} params */
  async tidy({ id, needed }) {
    const folder = await projectFolder(id);
    const keep = new Set(needed);
    await removeAll(await imagesFolder(folder, true), (name) => !keep.has(name));
    await removeAll(folder, (name) => isLargeFile(name) && !keep.has(name));
  }
}

async function stampOf(folder) {
  const files = [await readFile(folder, PROJECT_FILE), await readFileIfAny(folder, RESULTS_FILE)];
  return files.map((file) => `${file?.lastModified} ${file?.size}`).join();
}

async function read(folder) {
  const results = await readFileIfAny(folder, RESULTS_FILE);
  return parseProject(await (await readFile(folder, PROJECT_FILE)).text(), results && (await results.text()));
}

async function removeAll(folder, isUnneeded) {
  for (const name of await namesIn(folder)) if (isUnneeded(name)) await folder.removeEntry(name);
}

serve(new Projects());
