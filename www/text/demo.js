/**
 * What the demo says beside what both pages say. The keys are used by index.html (data-text, data-label) and by the
 * modules.
 */
import { images, plural, text as common, withoutStop } from "./engine.js";

const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
const capitalised = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export const text = {
  ...common,
  header: {
    pageTitle: "GANomaly in your browser",
    steps: "Steps",
    step1: "1 · Pick a model",
    step2: "2 · Look at images",
    step3: "3 · Fine-tune",
    title: "GANomaly in your browser",
    lead: "A network that has seen only normal images rebuilds every picture it is shown. What it cannot bring back is an anomaly.",
    privacy: "Everything is computed on this machine. No image, model or score is sent anywhere.",
    check: "See for yourself what these pages can do with the network",
    tool: "Inspect your own images: projects that are kept, with a limit on false alarms",
  },
  datasets: {
    mnist: { title: "MNIST", about: "handwritten digits", className: (name) => `digit ${name}` },
    "fashion-mnist": { title: "Fashion-MNIST", about: "pieces of clothing", className: (name) => name },
    cifar10: { title: "CIFAR-10", about: "small photographs", className: (name) => name },
    "xray-threats": { title: "X-ray threats", about: "weapons in baggage", className: (name) => name.replaceAll("-", " ") },
  },
  methods: {
    ganomaly: {
      title: "GANomaly",
      note: "Boils the image down to a short code, rebuilds it from that, and encodes the rebuilt image once more. The paper's score is the distance between the two codes.",
    },
    "skip-ganomaly": {
      title: "Skip-GANomaly",
      note: "Rebuilds the image with a U-Net, whose skip connections carry fine detail past the code. The paper's score adds up the reconstruction error and the distance between the features that the discriminator finds in both images.",
    },
  },
  explain: {
    caption: "Click on an image below to send it through the network.",
    back: "Back to the image",
    more: "What do these letters and the score mean?",
    threshold: "The threshold comes from normal images that were held out of training: it is set so high that only the share of false alarms you allow lies above it.",
    waiting: "The first image is on its way through the network…",
    ganomaly: {
      diagram: "The encoder turns the image x into a short code z, the decoder rebuilds an image from z, a second encoder turns that into the code z-hat.",
      compared: "The distance between the two codes is the score.",
      formula: ({ absolute }) => (absolute ? "A(x) = mean |z − ẑ| = " : "A(x) = mean (z − ẑ)² = "),
      code: "z",
      more: [
        "z is a short list of numbers, the code, to which the encoder boils the image down. The decoder has to rebuild the whole image from it.",
        "The reconstruction is what the decoder makes of z. It has only ever learnt to draw normal images, so the unusual is missing or bent towards the normal.",
      ],
      score: ({ absolute }) => `The score A(x) is the mean ${absolute ? "absolute" : "squared"} distance between z and ẑ, the code of the reconstruction. The two are close together for images like those in training and drift apart for others. The score of an image depends on that image alone.`,
      parts: {
        input: "image", encoder: "encoder", latent: "code", decoder: "decoder", reconstruction: "rebuilt",
        second: "encoder", secondLatent: "its code", difference: "difference",
      },
      distance: "how far apart? A(x)",
    },
    "skip-ganomaly": {
      diagram: "A U-Net rebuilds the image x: its encoder hands every stage to the decoder through skip connections. The discriminator then looks at the image and at the rebuilt one.",
      compared: "The score adds up the error of the reconstruction, R, and the distance between the features that the discriminator finds in the two, L.",
      formula: ({ lambda }) => `A(x) = ${lambda} · R(x) + ${1 - lambda === 0 ? 0 : Number((1 - lambda).toFixed(4))} · L(x) = `,
      code: "f(x)",
      more: [
        "The generator is a U-Net. The code z in its middle is short, but skip connections carry every stage of the encoder straight to the decoder, so that fine detail survives.",
        "The reconstruction x̂ is what comes out. The network was trained on normal images only: what it has never seen, it tends to paint over.",
      ],
      score: ({ absolute }) => `R(x) is the mean squared difference between image and reconstruction. L(x) is the mean ${absolute ? "absolute" : "squared"} distance between f(x) and f(x̂), the features in the last layers of the discriminator. The score A(x) weighs the two; it depends on that image alone.`,
      parts: {
        input: "image", encoder: "encoder", latent: "code", decoder: "decoder", reconstruction: "rebuilt",
        second: "discriminator", secondLatent: "features", difference: "difference",
      },
      error: "how far apart? R(x)", features: "L(x)",
    },
    /** Scores beyond the papers'. */
    beyond: {
      "nearest-normal": {
        formula: ({ code }) => `A(x) = ½ ln n(${code}) + ln r(x) − e(x) = `,
        score: ({ code }) => `This model's score goes beyond the paper's. n(${code}) is how far the image's ${code} is from the nearest of many normal images. r(x) is the error of the reconstruction relative to the image's contrast. e(x) is what a normal image that is as sharp has, so that A(x) is about 0 for normal images; below 0 is more normal still. The score of an image depends on that image alone.`,
      },
      "nearest-normal-features": {
        formula: ({ code }) => `A(x) = ½ ln n(${code}) + 1.5 ln r(x) + ½ ln L(x) − e(x) = `,
        score: ({ code }) => `This model's score goes beyond the paper's. n(${code}) is how far the image's ${code} is from the nearest of many normal images. r(x) is the error of the reconstruction relative to the image's contrast, L(x) the distance between what the discriminator finds in the image and in the reconstruction. e(x) is what a normal image of this contrast and with a ${code} of this length has, so that A(x) is about 0 for normal images; below 0 is more normal still. The score of an image depends on that image alone.`,
      },
    },
  },
  models: {
    heading: "Pick a model",
    hint: "Each of them has learnt from normal images alone. The AUC, measured on test images, tells how well it knows anomalies that it had never seen: 1 is perfect, 0.5 is guessing.",
    datasetLegend: "Images",
    methodLegend: "Method",
    inUse: "in use",
    kinds: {
      leftOut: {
        legend: "Which class is the anomaly?",
        hint: "Each model was trained on all the other classes.",
        title: (names) => `${capitalised(listed(names))} is the anomaly`,
      },
      onlyNormal: {
        legend: "Which class is normal?",
        hint: "Each model was trained on this class alone; whatever else there is, is an anomaly.",
        title: (names) => `Only ${listed(names)} is normal`,
      },
      defects: {
        legend: "What are the anomalies?",
        hint: "The model was trained on images without any such thing.",
        title: (names) => (names.length === 1 ? `${capitalised(names[0])} is the anomaly` : `${capitalised(listed(names))} are the anomalies`),
      },
      mixed: { legend: "Which model?", hint: "" },
    },
    classTitle: (names) => capitalised(names.join(", ")),
    terms: (terms, notes) => [`Data: ${terms}`, ...notes].map((sentence) => `${withoutStop(sentence)}.`).join(" "),
    open: "Open a weights file…",
    progressLabel: "Download of the model",
    auc: (auc) => `AUC ${auc}`,
    loading: (title, received, total) => `Loading “${title}”: ${received} of ${total}`,
    none: "No model is loaded yet.",
    busy: "The model can be changed when the fine-tuning is over.",
    loaded: (title) => `“${title}” is loaded.`,
    description: ({ dataset, method, code, size, channels, latent, features, epochs, metrics }) =>
      `${[dataset, method].join(", ")}: ${size} × ${size} pixels, ${channels === 1 ? "grey" : channels === 3 ? "colour" : `${channels} channels`}, ${latent} numbers in ${code}, ${features} features, ${plural(epochs, "epoch", "epochs")} of training${metrics ? `, tested on ${metrics.normalImages} normal and ${metrics.anomalousImages} anomalous images` : ""}.`,
    noManifest: "The list of models could not be read: you may be offline, or this copy of the page was built without them. You can still open a weights file of your own.",
    unreachable: "it could not be downloaded; check the connection and pick it again",
    damaged: "the download arrived damaged; pick it again",
    tooLarge: "the file is larger than 512 MB, which no model of this program is",
    failed: (title, why) => `“${title}” could not be loaded: ${withoutStop(why)}.`,
    chooseAnother: "Choose a .safetensors file that was saved by this program.",
    kept: (title) => `“${title}” stays in use.`,
    setAside: (name) => `Your earlier tuned model “${name}” was not saved. You still can, as long as this note is here.`,
  },
  samples: {
    terms: (terms) => `Built-in images: ${withoutStop(terms)}.`,
    name: (name, number) => `${name}, no. ${number}`,
    missing: "The built-in test images could not be fetched. You can still bring your own images.",
  },
  images: {
    heading: "Look at images",
    drop: "Drop images or a folder here, paste with Ctrl + V, or choose:",
    crashed: "The computing engine stopped at this image. Save it as a PNG of ordinary size and bring it again.",
    nothingFound: "No images were found there. Choose PNG, JPEG, WebP, BMP or GIF files, or a folder that contains some.",
    leftOut: (number) => `${plural(number, "file that is no image was", "files that are no images were")} left out.`,
    scoringFailed: (why) => `The scoring stopped: ${why} The scores so far are kept.`,
    setLegend: "Images",
    setBuiltin: (number) => `Built-in (${number})`,
    setOwn: (number) => `Yours (${number})`,
    whichLegend: "Model",
    base: "Before",
    tuned: "Fine-tuned",
    show: "Show",
    filterAll: "all images",
    filterAnomaly: "anomalies",
    filterNormal: "normal",
    filterChanged: "changed verdicts",
    sort: "Sort",
    sortHigh: "highest score first",
    sortLow: "lowest score first",
    sortGiven: "as given",
    clear: "Remove your images",
    progressLabel: "Scoring",
    scoring: (done, total) => `Scored ${done} of ${total}`,
    stopped: (done, total) => `Stopped at ${done} of ${total}`,
    waiting: "These images are scored when the fine-tuning is over.",
    stop: "Stop",
    resume: "Go on",
    noneInFilter: "No image has this verdict. Choose “all images” to see every one.",
    emptySet: (set) => (set === "own" ? "None of your images are here yet. Drop, paste or choose some above." : "The built-in images are not there yet."),
    showMore: (next, left) => `Show ${next} more (${left} left)`,
    csv: "Download the scores (CSV)",
  },
  card: {
    input: "image",
    reconstruction: "rebuilt",
    difference: "difference",
    other: (which, score, verdict) => `${which === "base" ? "before" : "fine-tuned"}: ${score}, ${verdict}`,
  },
  verdict: { normal: "normal", anomaly: "anomaly", unreadable: "unreadable", none: "no verdict yet" },
  threshold: {
    heading: "How strict?",
    rate: (rate) => `At most ${rate} % false alarms`,
    rateValue: (rate) => `at most ${rate} per cent false alarms`,
    noModel: "Load a model first.",
    noNormals: "This model brings no held-out normal images, so there is a score but no verdict. Fine-tune it on normal images to get one.",
    fewNormals: (needed, normals, rate) => `A limit of ${rate} % needs at least ${needed} held-out normal images, and there ${normals === 1 ? "is 1" : `are ${normals}`}. Allow more false alarms, or fine-tune with more images.`,
    explained: (threshold, normals) => `An image counts as an anomaly above ${threshold}. Taken from ${plural(normals, "normal image", "normal images")} held out of training.`,
    counts: ({ normal, anomaly, unreadable }) =>
      [plural(anomaly, "anomaly", "anomalies"), `${normal} normal`, ...(unreadable ? [`${unreadable} unreadable`] : [])].join(" · "),
  },
  tuning: {
    heading: "Fine-tune on your normal images",
    hint: "Show the network what normal looks like for you. Twenty images are enough to try it, a hundred give a trustworthy threshold. No labels, no anomalies needed.",
    drop: "Drop normal images or a folder here, paste with Ctrl + V while you are in this step, or choose:",
    tryOut: "Or try it with",
    useClass: "Use these as normal",
    normals: (number) => plural(number, "normal image", "normal images"),
    moreNormals: (number) => `and ${number} more`,
    thumbnails: "Normal images for the fine-tuning",
    clear: "Remove them",
    settings: "Settings",
    settingsHint: "The defaults suit twenty to a few hundred images. The same seed on the CPU gives the same model again.",
    epochs: "Epochs",
    batchSize: "Images per batch",
    learningRate: "Learning rate",
    seed: "Seed",
    fromScratch: "Start from nothing instead of from the loaded model",
    start: "Fine-tune",
    open: "Load a tuned model…",
    noModel: "There is no model to fine-tune yet. Pick one in step 1.",
    tooFew: (number) => `${number === 0 ? "No normal images were" : "Only one normal image was"} given. Bring at least two, better twenty or more.`,
    unreadable: (names, why) => `${plural(names.length, "image was", "images were")} left out because ${names.length === 1 ? "it" : "they"} could not be read: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""} (${withoutStop(why)}).`,
    finished: (stopped, heldOut) => `${stopped ? "Stopped; what was learnt is kept." : "Done."} ${images(heldOut)} held out for the threshold.`,
    cancelled: "Cancelled. The model is as it was before.",
    failed: (why) => `The fine-tuning ended early: ${withoutStop(why)}. The model is as it was before; you can start again.`,
    failedShort: "Ended early. The model is as it was before.",
    opened: (name) => `The tuned model “${name}” is loaded.`,
    openFailed: (name, why) => `“${name}” could not be loaded as a tuned model: ${withoutStop(why)}. Choose a .safetensors file that was saved here after a fine-tuning. Nothing else has changed.`,
  },
  compare: {
    heading: "Before and after",
    anomalies: "Images taken for anomalies",
    normal: "Images taken for normal",
    threshold: (rate) => `Threshold at ${rate} % false alarms`,
    calibration: "Held-out normal images behind it",
    save: "Save the tuned model",
    showChanged: (number) => `Show ${plural(number, "changed verdict", "changed verdicts")}`,
  },
  footer: {
    privacy: "This page is forbidden by its own content security policy to fetch anything from another site. Where the browser keeps a copy, as most do, it works without a network after the first visit.",
    paper: "Methods: S. Akcay, A. Atapour-Abarghouei, T. P. Breckon: GANomaly: Semi-supervised Anomaly Detection via Adversarial Training, ACCV 2018; Skip-GANomaly: Skip Connected and Adversarially Trained Encoder-Decoder Anomaly Detection, IJCNN 2019.",
  },
};

/** What a class of a data set is called in the middle of a sentence. @param {string} dataset @param {string} name */
export const className = (dataset, name) => text.datasets[dataset]?.className(name) ?? name;

/** @param {string} dataset */
export const datasetTitle = (dataset) => text.datasets[dataset]?.title ?? dataset;
