/**
 * What both pages say, and what the engine says to either. Every text that a visitor reads lies in this folder, one file
 * for each page and this one, ready to be translated. Texts with numbers or names in them are functions.
 */
export const language = "en";

export const plural = (number, one, many) => `${number} ${number === 1 ? one : many}`;
export const withoutStop = (sentence) => sentence.replace(/[.]$/, "");
export const images = (number) => plural(number, "image", "images");

export const text = {
  common: {
    cancel: "Cancel",
    chooseFiles: "Choose images…",
    chooseFolder: "Choose a folder…",
  },
  messages: { info: "Note:", warning: "Please note:", error: "That did not work:", dismiss: "Dismiss this message" },
  backend: {
    legend: "Computing on",
    webgpu: "WebGPU",
    cpu: "CPU",
    starting: "Starting…",
    none: "Not running",
    ready: ({ backend, adapter, reason }) => `${backend === "webgpu" ? `Graphics card: ${adapter}` : adapter}${reason ? `. ${reason}` : ""}`,
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
    retry: "Try again",
  },
  files: {
    tooLarge: "The file is larger than 64 MB. Make it smaller and bring it again.",
    gone: "The file could not be read: it was changed, moved or deleted. Choose it again.",
  },
  histogram: {
    label: (normals, scored) => `Histogram of scores: above the axis ${normals} normal images of the calibration, below it ${scored} scored images, with the threshold as a vertical line.`,
    normals: (number) => `${number} held-out normals`,
    scored: (number) => `${images(number)} scored`,
  },
  training: {
    progressLabel: "Training",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop and keep",
    cancel: "Cancel and discard",
    phases: { starting: "Starting…", running: "Training", paused: "Paused", stopping: "Stopping…", cancelling: "Cancelling…" },
    reading: ({ done, total }) => `Reading images: ${done} of ${total}`,
    numbers: ({ epoch, epochs, step, steps, speed, left }) =>
      [`epoch ${epoch} of ${epochs}`, `step ${step} of ${steps}`, ...(speed ? [`${speed} images/s`] : []), ...(left ? [`${left} left`] : [])].join(" · "),
    lossHeading: "Losses: three of the generator, one of the discriminator",
    losses: {
      ganomaly: { adversarial: "Adversarial", contextual: "Contextual", encoder: "Encoder", discriminator: "Discriminator" },
      "skip-ganomaly": { adversarial: "Adversarial", contextual: "Contextual", encoder: "Latent", discriminator: "Discriminator" },
    },
    validation: "Held-out images",
    rows: { inputs: "images", first: (epoch) => (epoch === 0 ? "rebuilt before" : `rebuilt, epoch ${epoch}`), now: (epoch) => `rebuilt, epoch ${epoch}` },
    batchReduced: (number, batch) => `${images(number)} are fewer than a batch, so the batch was reduced to ${batch}.`,
    epochDone: (epoch, epochs) => `Epoch ${epoch} of ${epochs} done.`,
    resumed: (epoch) => `The computing engine had to be started again. The training goes on after epoch ${epoch}.`,
    restarted: "The computing engine had to be started again. The training begins anew.",
    highest: (value) => `max ${value}`,
  },
};
