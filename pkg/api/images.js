/** Images of any kind that a program may have, as files for the engine; and the engine's pictures as ImageData. */
import { bmpOf } from "../bmp.js";
import { text } from "./text.js";

/** Looked up by name: not all are there in a worker. */
const isA = (value, ...names) => names.some((name) => name in globalThis && value instanceof globalThis[name]);
const isDrawable = (value) => isA(value, "HTMLCanvasElement", "OffscreenCanvas", "ImageBitmap", "HTMLImageElement", "HTMLVideoElement");

/** @param {unknown} value */
export const isImage = (value) => isA(value, "Blob", "ImageData") || isDrawable(value);

/** @param {any} images one, or several @returns {any[]} */
export function listOf(images) {
  if (isImage(images)) return [images];
  if (typeof images?.[Symbol.iterator] !== "function" || typeof images === "string") throw new TypeError(text.noImages);
  return [...images];
}

/** @param {any} image @returns {Promise<Blob>} files as they are, pixels as a file without their transparency */
export async function blobOf(image) {
  if (isA(image, "Blob")) return image;
  return bmpOf(isA(image, "ImageData") ? image : await pixelsOf(image));
}

async function pixelsOf(image) {
  if (!isDrawable(image)) throw new TypeError(text.noImage(String(image)));
  await image.decode?.().catch(() => { throw new Error(text.emptyImage); });
  const width = image.naturalWidth ?? image.videoWidth ?? image.width;
  const height = image.naturalHeight ?? image.videoHeight ?? image.height;
  if (!(width > 0 && height > 0)) throw new Error(text.emptyImage);
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Replaces every picture in a result or an event by ImageData, which a canvas can show. @param {any} value */
export function withImageData(value) {
  if (Array.isArray(value)) return value.map(withImageData);
  if (value?.rgba instanceof Uint8Array) return new ImageData(new Uint8ClampedArray(value.rgba), value.width, value.height);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withImageData(part)]));
}
