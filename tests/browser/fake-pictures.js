/** Stands in for engine/picture-worker.js where a test needs no WebAssembly module: the browser decodes. */
import { serve } from "../rpc.js"; // as it is served, in pkg/engine/

/** @import { Picture } from "../../pkg/wasm/ganomaly.js" */

/** @typedef {{ image: Blob, side: number }} Params */

/** A part of an image, scaled. @param {ImageBitmap} bitmap @param {number} width @param {number} height @param {number} scale @returns {Picture} */
function drawn(bitmap, width, height, scale) {
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(bitmap, (bitmap.width - width) / 2, (bitmap.height - height) / 2, width, height, 0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, rgba: new Uint8Array(context.getImageData(0, 0, canvas.width, canvas.height).data) };
}

serve({
  ready: async () => {},
  /** @param {Params} params */
  async fitted({ image, side }) {
    const bitmap = await createImageBitmap(image);
    return drawn(bitmap, bitmap.width, bitmap.height, Math.min(1, side / Math.max(bitmap.width, bitmap.height)));
  },
  /** @param {Params} params */
  async square({ image, side }) {
    const bitmap = await createImageBitmap(image);
    const length = Math.min(bitmap.width, bitmap.height);
    return drawn(bitmap, length, length, Math.min(1, side / length));
  },
  series: async () => undefined,
}, { inTurn: true });
