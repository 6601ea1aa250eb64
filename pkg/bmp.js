/** The simplest image file there is: what the engine is given for pixels that come from no file. */

const HEADER_BYTES = 54;

/**
 * @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels
 * @param {{ left: number, top: number, width: number, height: number }} [part] the rectangle to cut out
 * @returns {Blob} a 24-bit BMP file
 */
export function bmpOf(pixels, { left, top, width, height } = { left: 0, top: 0, width: pixels.width, height: pixels.height }) {
  const { data } = pixels;
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(HEADER_BYTES + rowBytes * height);
  writeHeader(new DataView(bytes.buffer), width, height, bytes.length);
  for (let y = 0; y < height; y++) {
    // BMP rows go from the bottom up, colours from blue to red.
    let to = HEADER_BYTES + (height - 1 - y) * rowBytes;
    let from = ((top + y) * pixels.width + left) * 4;
    for (let x = 0; x < width; x++, from += 4) {
      bytes[to++] = data[from + 2];
      bytes[to++] = data[from + 1];
      bytes[to++] = data[from];
    }
  }
  return new Blob([bytes], { type: "image/bmp" });
}

function writeHeader(view, width, height, fileBytes) {
  view.setUint16(0, 0x424d); // "BM"
  view.setUint32(2, fileBytes, true);
  view.setUint32(10, HEADER_BYTES, true);
  view.setUint32(14, 40, true); // size of the information header
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true); // planes
  view.setUint16(28, 24, true); // bits per pixel
  view.setUint32(34, fileBytes - HEADER_BYTES, true);
}
