/** Images decoded by the browser for being looked at, made smaller while they are decoded. */
import { sniff } from "./intake/sniff.js";

const HEADER_BYTES = 2 ** 18;
/** The other side of a line of pixels would be nothing, or immense. */
const MOST_OBLONG = 100;
/** A decoder holds the whole image for a moment, 4 bytes a pixel: larger ones than this are decoded one at a time. */
const LARGE_PIXELS = 2 ** 22;

/** The large image that is decoded last. @type {Promise<any>} */
let turn = Promise.resolve();

/**
 * All of an image, no larger than so many pixels on its longer side.
 * @param {Blob} blob @param {number} largest @returns {Promise<ImageBitmap>} fails for what cannot be shown
 */
export async function fitted(blob, largest) {
  const { width, height } = await sizeOf(blob);
  const isLarger = Math.max(width, height) > largest;
  return decode(blob, width * height, isLarger ? { [width > height ? "resizeWidth" : "resizeHeight"]: largest } : {});
}

/** The square in the middle of an image. @param {Blob} blob @param {number} side in pixels @returns {Promise<ImageBitmap>} fails for what cannot be shown */
export async function squareOf(blob, side) {
  const { width, height } = await sizeOf(blob);
  const bitmap = await decode(blob, width * height, { [width > height ? "resizeHeight" : "resizeWidth"]: side });
  const shorter = Math.min(bitmap.width, bitmap.height);
  const square = await createImageBitmap(bitmap, (bitmap.width - shorter) / 2, (bitmap.height - shorter) / 2, shorter, shorter);
  bitmap.close();
  return square;
}

async function sizeOf(blob) {
  const { width = 1, height = 1 } = sniff(new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer()));
  if (Math.max(width / height, height / width) > MOST_OBLONG) throw new TypeError("too oblong");
  return { width, height };
}

function decode(blob, pixels, options) {
  const start = () => createImageBitmap(blob, { ...options, resizeQuality: "medium" });
  if (pixels <= LARGE_PIXELS) return start();
  const bitmap = turn.then(start);
  turn = bitmap.catch(() => {});
  return bitmap;
}
