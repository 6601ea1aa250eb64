/**
 * What the engine, the loader and the charts say where nobody gave them other words. The elements have theirs in
 * elements/text/, in several languages; texts with numbers or names in them are functions.
 */
export const language = "en";

export const plural = (number, one, many) => `${number} ${number === 1 ? one : many}`;
export const withoutStop = (sentence) => sentence.replace(/[.]$/, "");
export const images = (number) => plural(number, "image", "images");

export const text = {
  backend: {
    noWebGpu: "this browser offers no WebGPU",
    noAdapter: "the browser found no usable graphics card",
    tooSlow: "it did not answer within 20 seconds",
    fellBack: (why) => `WebGPU could not be used (${withoutStop(why)}). The CPU gives the same scores, only slower.`,
    lost: "The graphics card was lost. The CPU goes on, a fine-tuning from its last finished epoch; nothing that was loaded is lost. Choose WebGPU above to try it again.",
    crashed: "The computation on the graphics card stopped unexpectedly. It was started again on the CPU, with your model and images.",
  },
  engine: {
    noWorker: "A part of this page could not be started. Reload the page; if that does not help, close other tabs to free memory.",
    notStarted: "The computing engine is not running. Choose WebGPU or CPU at the top of the page to start it.",
    noWasm: "This browser has no WebAssembly, so nothing can be computed. Please use a current version of Firefox, Chrome, Edge or Safari.",
    noSimd: "This browser's WebAssembly lacks SIMD instructions. Please use a current version of Firefox, Chrome, Edge or Safari.",
    notLoaded: (why) => `The computing engine could not be loaded (${withoutStop(why)}). Check the connection and press “Try again”; if you built the page yourself, run the build once more.`,
    crashed: "The computing engine stopped unexpectedly and was started again, with your model and images.",
    crashedTwice: "The computing engine stopped unexpectedly while starting. Close other tabs to free memory and press “Try again”.",
    experimentGone: "This training is no longer there: the computing engine had to be started again. Begin it anew.",
  },
  files: {
    tooLarge: "The file is larger than 64 MB. Make it smaller and bring it again.",
    gone: "The file could not be read: it was changed, moved or deleted. Choose it again.",
  },
  histogram: {
    label: (normals, scored) => `Histogram of scores: above the axis ${normals} normal images of the calibration, below it ${scored} scored images, with the threshold as a vertical line.`,
    normals: (number) => `${number} normals for the limit`,
    scored: (number) => `${images(number)} scored`,
  },
  losses: { highest: (value) => `max ${value}` },
};
