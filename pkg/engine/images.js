/** Reading the image files that the page sends. */
import { bytesOf } from "../bytes.js";
import { LIMITS } from "../rules.js";
import { text } from "../text.js";

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
