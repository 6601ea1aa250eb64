/**
 * Pictures of image files, to be shown: the engine decodes them as it does when it scores, so that what is seen is what was
 * scored. Browsers turn some files otherwise, apply colour profiles, and know neither TIFF nor DICOM. A worker of its own
 * makes the pictures: they come while the other one trains.
 *
 * @typedef {import("./client.js").Picture} Picture
 * @typedef {{ low: number, high: number } | null} ValueRange of a model that sees images with more than 8 bits a value; null:
 *   each such image is shown by the values that it uses itself
 */
import { Remote } from "../rpc.js";

const worker = new Remote(() => new Worker(new URL("./picture-worker.js", import.meta.url), { type: "module" }));

/** All of an image, smaller if it has more than so many pixels a side. @param {Blob} image @param {number} side @param {ValueRange} [range] @returns {Promise<Picture>} fails with a sentence */
export const fitted = (image, side, range = null) => worker.call("fitted", { image, side, range });

/** The square in the middle of an image, smaller if it has more than so many pixels a side. @param {Blob} image @param {number} side @param {ValueRange} [range] @returns {Promise<Picture>} fails with a sentence */
export const squareOf = (image, side, range = null) => worker.call("square", { image, side, range });

/** What a file has more than one picture of: the first alone is scored, and shown. @param {Blob} image @returns {Promise<import("../wasm/ganomaly.js").Series | undefined>} */
export const seriesOf = (image) => worker.call("series", { image });

/** What the worker has fetched, once it has all that it needs; starts it. @returns {Promise<import("../requests.js").Request[]>} */
export async function resources() {
  await worker.call("ready");
  return worker.resources();
}
