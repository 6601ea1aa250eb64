/** What several pages say: the library's words, and those that pages have in common. Each page's own are in a file of its own. */
import { images, text as library } from "../pkg/text.js";

export { images, language, plural, withoutStop } from "../pkg/text.js";

export const text = {
  ...library,
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
  },
  engine: { ...library.engine, retry: "Try again" },
  training: {
    progressLabel: "Training",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop and keep",
    cancel: "Cancel and discard",
    phases: { starting: "Starting…", running: "Training", paused: "Paused", stopping: "Stopping…", cancelling: "Cancelling…" },
    reading: ({ done, total }) => `Reading images: ${done} of ${total}`,
    numbers: ({ hasSteps, epoch, epochs, step, steps, speed, left }) =>
      [...(hasSteps ? [`epoch ${epoch} of ${epochs}`, `step ${step} of ${steps}`] : [`${Math.round((100 * step) / steps)} %`]), ...(speed ? [`${speed} images/s`] : []), ...(left ? [`${left} left`] : [])].join(" · "),
    lossHeading: "Losses",
    validation: "Held-out images",
    rows: { inputs: "images", first: (epoch) => (epoch === 0 ? "rebuilt before" : `rebuilt, epoch ${epoch}`), now: (epoch) => `rebuilt, epoch ${epoch}` },
    batchReduced: (number, batch) => `${images(number)} are fewer than a batch, so the batch was reduced to ${batch}.`,
    epochDone: (epoch, epochs) => `Epoch ${epoch} of ${epochs} done.`,
    resumed: (epoch) => `The computing engine had to be started again. The training goes on after epoch ${epoch}.`,
    restarted: "The computing engine had to be started again. The training begins anew.",
  },
};
