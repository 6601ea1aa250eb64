/** What the API says when something cannot be done: sentences for whoever wrote the program. */
export const text = {
  noSource: "Detector.load takes the id of a preset, an address, or a weights file as a Blob or its bytes.",
  weightsGone: (address, why) => `The weights could not be fetched from ${address} (${why}).`,
  noImages: "Give one image or a list of them: Blobs or Files, ImageData, canvases, ImageBitmaps or <img> elements.",
  noImage: (what) => `This is no image: ${what}. Use a Blob or File, ImageData, a canvas, an ImageBitmap or an <img> element.`,
  emptyImage: "The image has no pixels: it is empty, or not loaded yet.",
  noNumber: (name, value) => `The setting ${name} is ${value}, which is no number.`,
  notWhole: (name, value) => `The setting ${name} is ${value}: use a whole number, not below 0.`,
  rate: (rate, highest) => `There is no threshold for the rate ${rate}: use a whole per cent from 0 to ${highest}, such as 0.05.`,
  disposed: "This detector was disposed of: load another one.",
};
