/** Files from pickers, drops and the clipboard, as one list of named files. */
import { byId } from "../pkg/dom.js";

/** @typedef {{ name: string, file: File }} NamedFile the name is a path where the file came in a folder */
/** @typedef {{ files: NamedFile[], fromFolder: boolean, unreadable?: string[] }} Brought with the names of what could not be read in a folder */
/** @typedef {{ signal: AbortSignal, onFound: (count: number) => void, onEnd: () => void }} Walk a folder that is gone through, which may take its time */

const PORTION = 500;

/** @param {File} file @returns {NamedFile} */
const named = (file) => ({ name: file.webkitRelativePath || file.name, file });

/** What a picker has: looking at each of ten thousand files would hold the page up. @param {FileList} list */
async function fromPicker(list) {
  /** @type {NamedFile[]} */
  const files = [];
  while (files.length < list.length) {
    const until = Math.min(files.length + PORTION, list.length);
    while (files.length < until) files.push(named(list[files.length]));
    if (until < list.length) await new Promise((resolve) => { setTimeout(resolve); });
  }
  return files;
}

/**
 * What was dropped, folders walked through.
 * @param {DataTransfer} transfer @param {() => Walk} begin
 * @returns {Promise<Brought | null>} nothing if it was given up
 */
async function fromDrop(transfer, begin) {
  // Both lists are emptied when the event handler returns: take them before the first await.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  const plain = [...transfer.files].map(named);
  if (!entries.some((entry) => entry?.isDirectory)) return { files: plain, fromFolder: false };
  const found = { files: [], unreadable: [] };
  const progress = begin();
  for (const entry of entries) if (entry) await walk(entry, found, progress);
  progress.onEnd();
  return progress.signal.aborted ? null : { ...found, fromFolder: true };
}

async function walk(entry, found, progress) {
  if (progress.signal.aborted) return;
  const name = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isFile) {
      found.files.push({ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
      progress.onFound(found.files.length);
    } else for await (const child of childrenOf(entry)) await walk(child, found, progress);
  } catch {
    found.unreadable.push(name);
  }
}

/** A reader hands out a folder in portions and ends with an empty one. */
async function* childrenOf(folder) {
  const reader = folder.createReader();
  for (;;) {
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return;
    yield* portion;
  }
}

/** @param {DataTransfer | null} clipboard @returns {NamedFile[]} */
const fromClipboard = (clipboard) => [...(clipboard?.files ?? [])].map((file) => ({ name: file.name || "pasted.png", file }));

/** Somebody who writes and pastes words wants the words: spreadsheets and word processors add a picture of them. */
const isWriting = ({ target, clipboardData }) => clipboardData?.types.includes("text/plain") && target.closest?.("textarea, input:not([type=radio], [type=checkbox], [type=range])");

/**
 * Listens to every way of bringing files to some places of the page: pickers for files and folders, drops anywhere, and
 * the clipboard. A place has a name, and elements with the ids NAME-drop, NAME-choose, NAME-files, NAME-folder and
 * NAME-folder-files.
 * @param {string[]} places
 * @param {(element: Element | null) => string} placeOf where to, of a drop or a paste at an element
 * @param {(place: string, brought: Brought) => void} receive
 * @param {(place: string) => Walk} [beginWalk]
 */
export function listenForFiles(places, placeOf, receive, beginWalk = unseen) {
  for (const place of places) connectPickers(place, (brought) => receive(place, brought));
  listenForDrops(places, async (element, transfer) => {
    const place = placeOf(element);
    const brought = await fromDrop(transfer, () => beginWalk(place));
    if (brought) receive(place, brought);
  });
  document.addEventListener("paste", (event) => {
    const files = isWriting(event) ? [] : fromClipboard(event.clipboardData);
    if (files.length > 0) receive(placeOf(document.activeElement), { files, fromFolder: false });
  });
}

/** A walk that nobody is shown. @returns {Walk} */
export const unseen = () => ({ signal: new AbortController().signal, onFound: () => {}, onEnd: () => {} });

function connectPickers(place, receive) {
  const connect = (button, input, fromFolder) => {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", async ({ target }) => {
      const files = await fromPicker(target.files);
      target.value = ""; // so that choosing the same files again is noticed
      receive({ files, fromFolder });
    });
  };
  connect(`${place}-choose`, `${place}-files`, false);
  connect(`${place}-folder`, `${place}-folder-files`, true);
}

/** A drop beside the marked places counts as well: the browser would leave the page for the file otherwise. */
function listenForDrops(places, receive) {
  const mark = (target) => {
    for (const place of places) byId(`${place}-drop`).classList.toggle("over", byId(`${place}-drop`).contains(target));
  };
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(event.target);
  });
  document.addEventListener("dragleave", () => mark(null));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(null);
    if (event.dataTransfer.types.includes("Files")) receive(event.target, event.dataTransfer);
  });
}
