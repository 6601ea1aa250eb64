/**
 * The origin-private file system, as the page and its workers use it: `projects/<id>/` with the files that project.js
 * names. Files are written whole or not at all.
 */

/** @returns {Promise<FileSystemDirectoryHandle>} fails where the browser keeps nothing */
async function projectsFolder() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle("projects", { create: true });
}

/**
 * @param {string} id
 * @param {boolean} [create] only for a project that is new: one whose folder is gone was deleted underneath
 */
export async function projectFolder(id, create = false) {
  return (await projectsFolder()).getDirectoryHandle(id, { create });
}

/** @param {FileSystemDirectoryHandle} folder */
export const imagesFolder = (folder, create = false) => folder.getDirectoryHandle("files", { create });

/** @param {string} id */
export async function removeProject(id) {
  await (await projectsFolder()).removeEntry(id, { recursive: true });
}

/** @returns {Promise<string[]>} */
export async function projectIds() {
  return namesIn(await projectsFolder());
}

/** @param {FileSystemDirectoryHandle} folder @returns {Promise<string[]>} */
export async function namesIn(folder) {
  const names = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

/**
 * Writes a file in one piece: whoever reads it sees what was there before, or all of what is there now.
 * @param {FileSystemDirectoryHandle} folder @param {string} name @param {string | Blob | Uint8Array<ArrayBuffer>} content
 */
export async function writeWhole(folder, name, content) {
  if (typeof FileSystemFileHandle.prototype.createWritable === "function") return writeSwapping(folder, name, content);
  return writeBeside(folder, name, content);
}

/** The browser writes to a copy, and `close` puts it in the place of the file. */
async function writeSwapping(folder, name, content) {
  const file = await folder.getFileHandle(name, { create: true });
  const writable = await file.createWritable();
  try {
    await writable.write(content);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {});
    throw error;
  }
}

/** For browsers that can only write in place, and only in a worker: to a temporary file, which is then moved. */
async function writeBeside(folder, name, content) {
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(await new Blob([content]).arrayBuffer());
  const file = await folder.getFileHandle(`${name}.new`, { create: true });
  const access = await file.createSyncAccessHandle();
  try {
    access.truncate(0);
    if (access.write(bytes, { at: 0 }) < bytes.length) throw new DOMException("The storage is full.", "QuotaExceededError");
    access.flush();
  } finally {
    access.close();
  }
  await file.move(name);
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name @returns {Promise<File>} */
export async function readFile(folder, name) {
  return (await folder.getFileHandle(name)).getFile();
}

/** The same, or null where there is none. */
export async function readFileIfAny(folder, name) {
  return readFile(folder, name).catch((error) => {
    if (error.name === "NotFoundError") return null;
    throw error;
  });
}

/** Keeps an image under the name of its content; one that is there already stays. */
export async function keepImage(folder, id, bytes) {
  const there = await readFileIfAny(folder, id);
  if (there?.size === bytes.length) return;
  try {
    await writeWhole(folder, id, bytes);
  } catch (error) {
    // What was to become the file is there, and empty.
    await folder.removeEntry(id).catch(() => {});
    throw error;
  }
}

const UNFINISHED = "ganomaly-unfinished";

/** Runs work that makes a folder a project at its very end. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function whileUnfinished(work) {
  return navigator.locks ? navigator.locks.request(UNFINISHED, { mode: "shared" }, work) : work();
}

/** Removes folders that never became a project, unless one may be in the making. */
export async function sweep() {
  await navigator.locks?.request(UNFINISHED, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const id of await projectIds()) await removeIfUnfinished(id).catch(() => {}); // what cannot be looked at is listed
  });
}

async function removeIfUnfinished(id) {
  if (!(await readFileIfAny(await projectFolder(id), "project.json"))) await removeProject(id);
}
