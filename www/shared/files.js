/** Files from pickers, drops and the clipboard, as one list of named files. */
import { byId } from "./dom.js";

/** @typedef {{ name: string, file: File }} NamedFile the name is a path where the file came in a folder */
/** @typedef {{ files: NamedFile[], fromFolder: boolean }} Brought */

/** @param {Iterable<File>} files of a picker @returns {NamedFile[]} */
const named = (files) => [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

/**
 * What was dropped, folders walked through.
 * @param {DataTransfer} transfer
 * @returns {Promise<Brought>}
 */
async function fromDrop(transfer) {
  // Both lists are emptied when the event handler returns: take them before the first await.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  const plain = named(transfer.files);
  if (!entries.some((entry) => entry?.isDirectory)) return { files: plain, fromFolder: false };
  const files = [];
  for (const entry of entries) if (entry) await walk(entry, files);
  return { files, fromFolder: true };
}

async function walk(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    if (file) files.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = entry.createReader();
  // A reader hands out a folder in portions and ends with an empty one.
  for (;;) {
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
    if (portion.length === 0) return;
    for (const child of portion) await walk(child, files);
  }
}

/** @param {DataTransfer | null} clipboard @returns {NamedFile[]} */
const fromClipboard = (clipboard) => [...(clipboard?.files ?? [])].map((file) => ({ name: file.name || "pasted.png", file }));

/**
 * Listens to every way of bringing files to some places of the page: pickers for files and folders, drops anywhere, and
 * the clipboard. A place has a name, and elements with the ids NAME-drop, NAME-choose, NAME-files, NAME-folder and
 * NAME-folder-files.
 * @param {string[]} places
 * @param {(element: Element | null) => string} placeOf where to, of a drop or a paste at an element
 * @param {(place: string, brought: Brought) => void} receive
 */
export function listenForFiles(places, placeOf, receive) {
  for (const place of places) connectPickers(place, (brought) => receive(place, brought));
  listenForDrops(places, (element, brought) => receive(placeOf(element), brought));
  document.addEventListener("paste", (event) => {
    const files = fromClipboard(event.clipboardData);
    if (files.length > 0) receive(placeOf(document.activeElement), { files, fromFolder: false });
  });
}

function connectPickers(place, receive) {
  const connect = (button, input, fromFolder) => {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", ({ target }) => {
      const files = named(target.files);
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
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(null);
    const { target } = event;
    if (event.dataTransfer.types.includes("Files")) receive(target, await fromDrop(event.dataTransfer));
  });
}
