/** Reading the image files that the page sends. */
import { text } from "../text.js";

const LARGEST_IMAGE_BYTES = 64 * 2 ** 20;

/** @param {Blob} blob */
export const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** Reads what can be read; `places` says which image each of the `bytes` is. */
export async function readAll(images) {
  const read = { bytes: [], places: [], unreadable: [] };
  for (const [index, image] of images.entries()) {
    try {
      if (image.size > LARGEST_IMAGE_BYTES) throw new Error(text.files.tooLarge);
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
