/** Files from pickers, drops and the clipboard, as one list of named blobs. */

/** @typedef {{ name: string, blob: Blob }} NamedBlob */

const IMAGE_NAME = /\.(png|jpe?g|webp|bmp|gif)$/i;
const looksLikeImage = (name, type) => type.startsWith("image/") || IMAGE_NAME.test(name);
const isHidden = (name) => name.split("/").pop().startsWith(".");

/**
 * Files that were chosen one by one are all kept: each deserves its own answer. From a folder, only images are.
 * @param {Iterable<File>} files
 * @param {boolean} fromFolder
 * @returns {{ images: NamedBlob[], leftOut: number }}
 */
export function sift(files, fromFolder) {
  const images = [];
  let leftOut = 0;
  for (const file of files) {
    const name = file.relativePath || file.webkitRelativePath || file.name;
    if (!fromFolder || looksLikeImage(name, file.type)) images.push({ name, blob: file });
    else if (!isHidden(name)) leftOut += 1;
  }
  return { images, leftOut };
}

/**
 * What was dropped, folders walked through.
 * @param {DataTransfer} transfer
 * @returns {Promise<{ images: NamedBlob[], leftOut: number, hadFolder: boolean }>}
 */
export async function fromDrop(transfer) {
  // Both lists are emptied when the event handler returns: take them before the first await.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return { ...sift(plain, false), hadFolder: false };
  const files = [];
  for (const entry of entries) if (entry) await walk(entry, files);
  return { ...sift(files, true), hadFolder: true };
}

async function walk(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    if (!file) return;
    file.relativePath = entry.fullPath.replace(/^\//, "");
    files.push(file);
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

/** @param {DataTransfer | null} clipboard @returns {NamedBlob[]} */
export function fromClipboard(clipboard) {
  return [...(clipboard?.files ?? [])].map((file) => ({ name: file.name || "pasted.png", blob: file }));
}
