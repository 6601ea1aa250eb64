/** The simplest image file there is: what the engine is given for a cell of the sprite of built-in images. */

const HEADER_BYTES = 54;

/**
 * @param {Uint8ClampedArray} rgba
 * @param {number} stride pixels per row of `rgba`
 * @param {number} left @param {number} top @param {number} size the square to cut out
 * @returns {Uint8Array} a 24-bit BMP file
 */
export function bmpOfSquare(rgba, stride, left, top, size) {
  const rowBytes = Math.ceil((size * 3) / 4) * 4;
  const bytes = new Uint8Array(HEADER_BYTES + rowBytes * size);
  writeHeader(new DataView(bytes.buffer), size, bytes.length);
  for (let y = 0; y < size; y++) {
    // BMP rows go from the bottom up, colours from blue to red.
    let to = HEADER_BYTES + (size - 1 - y) * rowBytes;
    let from = ((top + y) * stride + left) * 4;
    for (let x = 0; x < size; x++, from += 4) {
      bytes[to++] = rgba[from + 2];
      bytes[to++] = rgba[from + 1];
      bytes[to++] = rgba[from];
    }
  }
  return bytes;
}

function writeHeader(view, size, fileBytes) {
  view.setUint16(0, 0x424d); // "BM"
  view.setUint32(2, fileBytes, true);
  view.setUint32(10, HEADER_BYTES, true);
  view.setUint32(14, 40, true); // size of the information header
  view.setInt32(18, size, true);
  view.setInt32(22, size, true);
  view.setUint16(26, 1, true); // planes
  view.setUint16(28, 24, true); // bits per pixel
  view.setUint32(34, fileBytes - HEADER_BYTES, true);
}
