/**
 * From a zip file to a project. Everything is checked while it is read; until the last file is there and right, there is
 * no project, and nothing that was there before has changed.
 */
import { BlobReader, configure, ERR_UNSAFE_FILENAME, ZipReader } from "../../vendor/zip.js";
import { LARGEST_FILE_BYTES, MOST_ENTRIES } from "../intake/candidates.js";
import { Collector, sha256 } from "../intake/bytes.js";
import { filesOf, MODEL_FILE, parseProject, PROJECT_FILE, projectText, RESULTS_FILE } from "../project.js";
import { imagesFolder, projectFolder, projectIds, removeProject, whileUnfinished, writeWhole } from "../storage/disk.js";

configure({ useWebWorkers: false });

const LARGEST = { [PROJECT_FILE]: 2 ** 28, [RESULTS_FILE]: 2 ** 28, [MODEL_FILE]: 2 ** 29 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IMAGE = /^files\/([0-9a-f]{64})$/;

/** Why a file is refused; `reason` is a key of text.archive.reasons, `entry` what it is about. Both are in the message. */
class Refusal extends Error {
  constructor(reason, entry = "") {
    super(JSON.stringify({ reason, entry }));
    this.name = "Refusal";
  }
}

/**
 * @param {{ file: File, isOnDisk: boolean }} params
 * @returns {Promise<{ project: import("../project.js").Project, kept: { images: [string, Blob][], files: [string, Blob][] } | null }>}
 *   `kept` is what the page has to hold where there is no disk
 */
export async function importProject({ file, isOnDisk }, { send, signal }) {
  const reader = new ZipReader(new BlobReader(file));
  try {
    const entries = await entriesOf(reader, signal);
    const project = await projectOf(entries, signal);
    return await whileUnfinished(async () => {
      project.id = isOnDisk ? await freeId(project.id) : crypto.randomUUID();
      const sink = isOnDisk ? await DiskSink.create(project.id) : new MemorySink();
      try {
        await copy(project, entries, sink, { send, signal });
        return { project, kept: sink.kept };
      } catch (error) {
        await sink.undo();
        throw error;
      }
    });
  } finally {
    await reader.close().catch(() => {});
  }
}

/** By name. Names are only ever compared, but one that climbs out, which the library tells, shows that somebody means harm. */
async function entriesOf(reader, signal) {
  const entries = new Map();
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      signal.throwIfAborted();
      if (entry.encrypted) throw new Refusal("encrypted");
      if (entries.size >= MOST_ENTRIES) throw new Refusal("tooLarge");
      if (!entry.directory) entries.set(entry.filename, entry);
    }
  } catch (error) {
    if (error.name === "Refusal" || signal.aborted) throw error;
    throw error.message === ERR_UNSAFE_FILENAME ? new Refusal("climbs", error.filename) : new Refusal("notProject");
  }
  return entries;
}

async function projectOf(entries, signal) {
  if (!entries.has(PROJECT_FILE)) throw new Refusal("notProject");
  const read = async (name) => new TextDecoder().decode(await bytesOf(entries.get(name), LARGEST[name], signal));
  try {
    return { ...parseProject(await read(PROJECT_FILE), entries.has(RESULTS_FILE) ? await read(RESULTS_FILE) : null), run: null };
  } catch (error) {
    if (error.name === "LaterVersion") throw new Refusal("later");
    if (error.name === "DamagedProject") throw new Refusal("damaged");
    throw error;
  }
}

async function copy(project, entries, sink, { send, signal }) {
  const needed = [...filesOf(project)];
  const known = new Set(project.missing ?? []);
  for (const [index, id] of needed.entries()) {
    const entry = entries.get(`files/${id}`);
    if (entry) await sink.image(id, await checkedImage(entry, id, signal));
    else if (!known.has(id)) throw new Refusal("missing", `files/${id}`);
    send({ done: index + 1, total: needed.length });
  }
  if (project.model) {
    if (!entries.has(MODEL_FILE)) throw new Refusal("missing", MODEL_FILE);
    await sink.file(MODEL_FILE, await bytesOf(entries.get(MODEL_FILE), LARGEST[MODEL_FILE], signal));
  }
  const { missing, ...kept } = project;
  if (entries.has(RESULTS_FILE)) await sink.file(RESULTS_FILE, await bytesOf(entries.get(RESULTS_FILE), LARGEST[RESULTS_FILE], signal));
  await sink.file(PROJECT_FILE, new TextEncoder().encode(projectText(kept)));
}

async function checkedImage(entry, id, signal) {
  const bytes = await bytesOf(entry, LARGEST_FILE_BYTES, signal);
  if ((await sha256(bytes)) !== id) throw new Refusal("mismatch", entry.filename);
  return bytes;
}

async function bytesOf(entry, most, signal) {
  const collector = new Collector((length) => { if (length > most) throw new Refusal("tooLarge"); });
  try {
    await entry.getData(collector.writable, { signal, checkSignature: true });
  } catch (error) {
    if (signal.aborted) throw error;
    throw collector.refusal ?? new Refusal("mismatch", entry.filename);
  }
  return collector.bytes();
}

/** The project's own id, so that it is known again, unless there is one of that id already. */
async function freeId(id) {
  return UUID.test(id) && !(await projectIds()).includes(id) ? id : crypto.randomUUID();
}

class DiskSink {
  kept = null;
  #id;
  #folder;
  #images;

  static async create(id) {
    const sink = new DiskSink();
    sink.#id = id;
    sink.#folder = await projectFolder(id, true);
    sink.#images = await imagesFolder(sink.#folder, true);
    return sink;
  }

  image(id, bytes) {
    return writeWhole(this.#images, id, bytes);
  }

  file(name, bytes) {
    return writeWhole(this.#folder, name, bytes);
  }

  async undo() {
    await removeProject(this.#id).catch(() => {});
  }
}

class MemorySink {
  kept = { images: /** @type {[string, Blob][]} */ ([]), files: /** @type {[string, Blob][]} */ ([]) };

  async image(id, bytes) {
    this.kept.images.push([id, new Blob([bytes])]);
  }

  async file(name, bytes) {
    this.kept.files.push([name, new Blob([bytes])]);
  }

  async undo() {}
}
