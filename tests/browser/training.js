/** What a page with <ganomaly-train> shows. */

/**
 * Mean |x − x′| of the digits in view, in units of [-1, 1].
 * @param {import("./page.js").Page} page @param {"normals" | "anomalies"} kind
 */
export const shownError = (page, kind) => page.evaluate((kind) => {
  const canvases = [...document.querySelector("ganomaly-train").shadowRoot.querySelectorAll(`.${kind} canvas`)];
  const pixels = (canvas) => {
    const small = new OffscreenCanvas(32, 32).getContext("2d");
    small.drawImage(canvas, 0, 0, 32, 32);
    return small.getImageData(0, 0, 32, 32).data.filter((_, index) => index % 4 === 0);
  };
  const off = canvases.slice(0, 8).map((canvas, index) => {
    const [before, after] = [pixels(canvas), pixels(canvases[index + 8])];
    return before.reduce((sum, value, place) => sum + Math.abs(value - after[place]), 0) / before.length / 127.5;
  });
  return off.reduce((sum, one) => sum + one, 0) / off.length;
}, kind);
