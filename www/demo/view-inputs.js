/** Every way of bringing images: pickers for files and folders, drops anywhere, and the clipboard. */
import { byId } from "../shared/dom.js";
import { fromClipboard, fromDrop, sift } from "../shared/files.js";

/**
 * @param {(found: { images: any[], leftOut: number }) => void} addImages for step 2
 * @param {(found: { images: any[], leftOut: number }) => void} addNormals for step 3
 * @param {() => boolean} normalsLocked while a run uses the normal images
 */
export function listenForImages(addImages, addNormals, normalsLocked) {
  connectPickers("images", addImages);
  connectPickers("normals", addNormals);
  const inNormals = (element) => byId("step-tune").contains(element) && !normalsLocked();
  const receiver = (element) => (inNormals(element) ? addNormals : addImages);
  listenForDrops(receiver);
  document.addEventListener("paste", (event) => {
    const images = fromClipboard(event.clipboardData);
    if (images.length > 0) receiver(document.activeElement)({ images, leftOut: 0 });
  });
}

function connectPickers(prefix, add) {
  const connect = (button, input, fromFolder) => {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", ({ target }) => {
      const found = sift(target.files, fromFolder);
      target.value = ""; // so that choosing the same files again is noticed
      add(found);
    });
  };
  connect(`${prefix}-choose`, `${prefix}-files`, false);
  connect(`${prefix}-folder`, `${prefix}-folder-files`, true);
}

/** A drop beside the marked places counts as well: the browser would leave the page for the file otherwise. */
function listenForDrops(receiver) {
  const mark = (target) => {
    for (const id of ["images-drop", "normals-drop"]) byId(id).classList.toggle("over", byId(id).contains(target));
  };
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(event.target);
  });
  document.addEventListener("dragleave", () => mark(null));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(null);
    if (event.dataTransfer.types.includes("Files")) receiver(event.target)(await fromDrop(event.dataTransfer));
  });
}
