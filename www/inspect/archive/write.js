/** From a project to a zip file. Images are stored as they are: they are compressed already. */
import { BlobReader, configure, TextReader, ZipWriter } from "../../vendor/zip.js";
import { filesOf, imageEntry, MODEL_FILE, PROJECT_FILE, projectText, RESULTS_FILE, resultsText } from "../project.js";
import { imagesFolder, projectFolder, readFile } from "../storage/disk.js";

configure({ useWebWorkers: false });

/** So many bytes are put together before the browser takes them out of this worker's memory. */
const PART_BYTES = 8 * 2 ** 20;

/**
 * @param {{ project: import("../project.js").Project, isOnDisk: boolean, held: Map<string, Blob>, model: Blob | null,
 *   target: FileSystemFileHandle | null }} params images in `held` are not read from the disk; without a target the file
 *   comes back as a blob
 * @returns {Promise<{ blob: Blob | null, missing: number }>}
 */
export async function exportProject({ project, isOnDisk, held, model, target }, { send, signal }) {
  const folder = isOnDisk ? await imagesFolder(await projectFolder(project.id), true) : null;
  const output = target ? await target.createWritable() : new Collected();
  const zip = new ZipWriter(new WritableStream({ write: (bytes) => output.write(bytes), close: () => output.close() }), { signal });
  try {
    const missing = await addImages(zip, [...filesOf(project)], (id) => held.get(id) ?? (folder ? readFile(folder, id) : null), { send, signal });
    if (model) await zip.add(MODEL_FILE, new BlobReader(model), { level: 0 });
    await zip.add(RESULTS_FILE, new TextReader(resultsText(project.images)));
    await zip.add(PROJECT_FILE, new TextReader(projectText(asExported(project, missing))));
    await zip.close();
    return { blob: output instanceof Collected ? output.blob() : null, missing: missing.length };
  } catch (error) {
    // A target that was not closed keeps what it was before.
    await output.abort().catch(() => {});
    throw error;
  }
}

/** In a file the model has one name, and no run is under way. */
function asExported(project, missing) {
  const model = project.model && { ...project.model, file: MODEL_FILE };
  return { ...project, model, run: null, ...(missing.length > 0 ? { missing } : {}) };
}

async function addImages(zip, ids, read, { send, signal }) {
  const missing = [];
  for (const [index, id] of ids.entries()) {
    signal.throwIfAborted();
    const image = await Promise.resolve(read(id)).catch(() => null);
    if (image) await zip.add(imageEntry(id), new BlobReader(image), { level: 0 });
    else missing.push(id);
    send({ done: index + 1, total: ids.length });
  }
  return missing;
}

/** A file that is put together in blobs, which a browser moves to its disk when they become many. */
class Collected {
  #parts = [];
  #blobs = [];
  #length = 0;

  blob() {
    return new Blob([...this.#blobs, ...this.#parts], { type: "application/zip" });
  }

  async write(bytes) {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length < PART_BYTES) return;
    this.#blobs.push(new Blob(this.#parts));
    this.#parts = [];
    this.#length = 0;
  }

  async close() {}

  async abort() {}
}
