/** A small image as the map shows it: one on black is printed in the colour of its kind, so that its neighbours show through. */

const BLACK = 12;

export class Stamp {
  #pixels;
  #pen = "";
  #printed;

  /** @param {HTMLCanvasElement} picture */
  constructor(picture) {
    this.#printed = picture;
    const pixels = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
    this.#pixels = hasBlackCorners(pixels) ? pixels : null;
  }

  /** @param {string} pen a colour @returns {HTMLCanvasElement} */
  in(pen) {
    if (this.#pixels && pen !== this.#pen) this.#printed = printed(this.#pixels, pen);
    this.#pen = pen;
    return this.#printed;
  }
}

function hasBlackCorners({ data, width, height }) {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  return corners.every((corner) => data[4 * corner] < BLACK && data[4 * corner + 1] < BLACK && data[4 * corner + 2] < BLACK);
}

/** The brighter a pixel, the more of the colour. */
function printed({ data, width, height }, pen) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const mask = new ImageData(width, height);
  for (let index = 0; index < data.length; index += 4) mask.data[index + 3] = data[index];
  context.putImageData(mask, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = pen;
  context.fillRect(0, 0, width, height);
  return canvas;
}
