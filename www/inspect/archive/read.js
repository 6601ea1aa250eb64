/**
 * From a zip file to a project. Everything is checked while it is read; until the last file is there and right, there is
 * no project, and nothing that was there before has changed.
 */
import { sha256 } from "../../pkg/bytes.js";
import { LIMITS } from "../../pkg/rules.js";
import { BlobReader, configure, ERR_UNSAFE_FILENAME, ZipReader } from "../../vendor/zip.js";
import { inflationBudget, MOST_ENTRIES, typeOf } from "../intake/candidates.js";
import { Collector } from "../intake/bytes.js";
import { filesOf, imageEntry, MODEL_FILE, parseProject, PROJECT_FILE, projectText, RESULTS_FILE, resultsText } from "../project.js";
import { imagesFolder, projectFolder, projectIds, removeProject, whileUnfinished, writeWhole } from "../storage/disk.js";

configure({ useWebWorkers: false });

const LARGEST = { [PROJECT_FILE]: LIMITS.projectText, [RESULTS_FILE]: LIMITS.projectText, [MODEL_FILE]: LIMITS.weights };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    const inflate = inflater(inflationBudget(file), signal);
    const project = await projectOf(entries, inflate);
    return await whileUnfinished(async () => {
      project.id = isOnDisk ? await freeId(project.id) : crypto.randomUUID();
      const sink = isOnDisk ? await DiskSink.create(project.id) : new MemorySink();
      try {
        await copy(project, entries, sink, inflate, send);
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

/** What a file says of its project, whose images stay in it. @param {{ file: File }} params @returns {Promise<import("../project.js").Project>} */
export async function readProject({ file }, { signal }) {
  const reader = new ZipReader(new BlobReader(file));
  try {
    return await projectOf(await entriesOf(reader, signal), inflater(inflationBudget(file), signal));
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

async function projectOf(entries, inflate) {
  if (!entries.has(PROJECT_FILE)) throw new Refusal("notProject");
  const read = async (name) => new TextDecoder().decode(await inflate(entries.get(name), LARGEST[name]));
  try {
    const project = parseProject(await read(PROJECT_FILE), entries.has(RESULTS_FILE) ? await read(RESULTS_FILE) : null);
    return { ...project, model: project.model && { ...project.model, file: MODEL_FILE }, run: null };
  } catch (error) {
    if (error.name === "LaterVersion") throw new Refusal("later");
    if (error.name === "DamagedProject") throw new Refusal("damaged");
    throw error;
  }
}

async function copy(project, entries, sink, inflate, send) {
  const needed = [...filesOf(project)];
  const known = new Set(project.missing ?? []);
  for (const [index, id] of needed.entries()) {
    const entry = entries.get(imageEntry(id));
    if (entry) await sink.image(id, await checkedImage(entry, id, inflate));
    else if (!known.has(id)) throw new Refusal("missing", imageEntry(id));
    send({ done: index + 1, total: needed.length });
  }
  if (project.model) {
    if (!entries.has(MODEL_FILE)) throw new Refusal("missing", MODEL_FILE);
    await sink.file(MODEL_FILE, await inflate(entries.get(MODEL_FILE), LARGEST[MODEL_FILE]));
  }
  const { missing, ...kept } = project;
  await sink.file(RESULTS_FILE, resultsText(project.images));
  await sink.file(PROJECT_FILE, projectText(kept));
}

async function checkedImage(entry, id, inflate) {
  const bytes = await inflate(entry, LIMITS.image);
  if ((await sha256(bytes)) !== id) throw new Refusal("mismatch", entry.filename);
  try {
    typeOf(bytes);
  } catch {
    throw new Refusal("noImage", entry.filename);
  }
  return bytes;
}

/** What reads entries, as long as they do not inflate to more than the file may in all. @returns {(entry: any, most: number) => Promise<Uint8Array<ArrayBuffer>>} */
const inflater = (budget, signal) => async (entry, most) => {
  const collector = new Collector((length, part) => {
    budget.left -= part.length;
    if (length > most) throw new Refusal("tooLarge");
    if (budget.left <= 0) throw new Refusal("inflatesTooMuch");
  });
  try {
    await entry.getData(collector.writable, { signal, checkSignature: true });
  } catch (error) {
    if (signal.aborted) throw error;
    throw collector.refusal ?? new Refusal("mismatch", entry.filename);
  }
  return collector.bytes();
};

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

  file(name, content) {
    return writeWhole(this.#folder, name, content);
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

  async file(name, content) {
    this.kept.files.push([name, new Blob([content])]);
  }

  async undo() {}
}
