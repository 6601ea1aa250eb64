/** Bytes of files. */

/** @param {Blob} blob @returns {Promise<Uint8Array<ArrayBuffer>>} */
export const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** What a file's content is called. @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} in hexadecimal */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
