/** Reading the image files that the page sends. */
import { bytesOf } from "../bytes.js";
import { LIMITS } from "../rules.js";
import { text } from "../text.js";

const READ_EVENTS_EVERY = 8;

/** Reads what can be read; `places` says which image each of the `bytes` is. */
export async function readAll(images) {
  const read = { bytes: [], places: [], unreadable: [] };
  for (const [index, image] of images.entries()) {
    try {
      if (image.size > LIMITS.image) throw new Error(text.files.tooLarge);
      // A file can change or vanish after it was chosen: then reading it fails.
      const bytes = await bytesOf(image).catch(() => { throw new Error(text.files.gone); });
      read.bytes.push(bytes);
      read.places.push(index);
    } catch (error) {
      read.unreadable.push({ index, error: error.message });
    }
  }
  return read;
}

/**
 * Reads images one by one and keeps them only as small as the networks see them.
 * @param {any} images NormalImages of src/web/images.rs @param {Blob[]} normals @param {() => boolean} isCancelled @param {(event: any) => void} send
 */
export async function readInto(images, normals, isCancelled, send) {
  const read = { places: [], unreadable: [] };
  for (const [index, blob] of normals.entries()) {
    if (isCancelled()) break;
    const { bytes: [bytes], unreadable: [unreadable] } = await readAll([blob]);
    try {
      if (unreadable) throw new Error(unreadable.error);
      images.add(bytes);
      read.places.push(index);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      read.unreadable.push({ index, error: String(error?.message ?? error) });
    }
    if (index % READ_EVENTS_EVERY === 0 || index + 1 === normals.length) {
      send({ type: "read", done: index + 1, total: normals.length });
      // Lets a message from the page in.
      await new Promise((resolve) => { setTimeout(resolve); });
    }
  }
  return read;
}
