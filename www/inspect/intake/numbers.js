/** Bytes as text and as numbers. */

/** @param {Uint8Array} bytes @param {number} from @param {number} to */
export const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

/** @param {Uint8Array} bytes */
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
