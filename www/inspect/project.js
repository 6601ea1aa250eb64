/**
 * What a project is, and its files on disk and in an exported archive. The command line reads and writes the same.
 *
 *   project.json            everything but the images to check
 *   results.json            { format: "ganomaly-results", version: 1, images: CheckedImage[] }
 *   model-<uuid>.safetensors  the trained model, if there is one: each has a name of its own, so that project.json never
 *                           speaks of other weights than it was written for. In an exported file it is model.safetensors
 *   checkpoint.safetensors  a run that was under way (`run` in project.json says which); never exported
 *   files/<sha256>          the images, each once, whatever it is called and however often it was brought
 *
 * project.json is { format: "ganomaly-project", version: 1, ... } with the fields of Project, below, but for `images`. In
 * an exported file, `missing` may list the ids of images that were lost before and so are not in it.
 *
 * @typedef {object} BroughtImage
 * @property {string} id SHA-256 of the file, in hexadecimal
 * @property {string} name for display only: it may have been a path
 * @property {number} bytes
 * @property {string} type media type, as found in the file's first bytes
 *
 * @typedef {BroughtImage & {
 *   score: number | null, pValue: number | null, remark?: string, error?: string,
 *   review: "" | "accepted" | "rejected", note: string, label?: "normal" | "anomaly",
 * }} CheckedImage score is null until it has been computed; remark says what may be wrong with it, error why it cannot be
 *
 * @typedef {{ left: number, top: number, width: number, height: number }} Region fractions of the upright image
 *
 * @typedef {object} Settings
 * @property {number | null} size pixels per side that the network sees; null: the recipe decides
 * @property {1 | 3 | null} channels null: the recipe decides
 * @property {{ region: Region | null, tiles: number | null }} framing what is cut out first, and into how many parts a side; null: as it suits the images
 * @property {{ low: number, high: number } | null} valueRange which values of images with more than 8 bits are black and white; null: as the images have it
 * @property {string | null} method how anomalies are told from normal images; null: the best that can be had
 * @property {"none" | "flips-and-shifts" | null} augmentation null: the recipe decides
 * @property {number | null} epochs null, as for the next two: the recipe decides
 * @property {number | null} batchSize
 * @property {number | null} learningRate
 * @property {number} seed
 *
 * @typedef {object} Model
 * @property {string} file its name
 * @property {any} card
 * @property {any} calibration as the engine gives it, its scores as an ordinary list
 * @property {number | null} bestEpoch
 * @property {any} split { training, validation, calibration }
 * @property {Settings} settings that it was trained with
 * @property {string[]} trainedOn the ids of the normal images that it was made of
 * @property {string[]} [leftOut] and of those that could not be read then
 * @property {any} [sight] what it sees of defects that were drawn into normal images, see src/learning/sight.rs
 * @property {number[]} known of each frame that it remembers, the place of its image among those
 *
 * @typedef {object} Project
 * @property {string} id UUID
 * @property {string} name
 * @property {string} created ISO date
 * @property {string} modified ISO date
 * @property {Settings} settings
 * @property {number} rate allowed false alarms in per cent
 * @property {number | null} batchRate allowed false discoveries in per cent, if they are to be controlled
 * @property {BroughtImage[]} normals
 * @property {CheckedImage[]} images kept in results.json
 * @property {Model | null} model
 * @property {string[]} [taken] the ids of normal images that were taken in after a false alarm
 * @property {string[]} [missing] only in an exported file
 * @property {{ settings: any, epoch: number, epochs: number, trainedOn: string[] } | null} run one that has a checkpoint
 */

export const PROJECT_FORMAT = "ganomaly-project";
export const RESULTS_FORMAT = "ganomaly-results";
export const VERSION = 1;
/** The model in an exported file, and of projects that are older than names of models. */
export const MODEL_FILE = "model.safetensors";
export const CHECKPOINT_FILE = "checkpoint.safetensors";
export const PROJECT_FILE = "project.json";
export const RESULTS_FILE = "results.json";

const PIECE = 1000;
const RESULTS_HEAD = `${JSON.stringify({ format: RESULTS_FORMAT, version: VERSION }).slice(0, -1)},"images":[`;
const RESULTS_END = "]}";
const SHA256 = /^[0-9a-f]{64}$/;
const IMAGE_ENTRY = /^files\/[0-9a-f]{64}$/;
const MODEL_NAME = /^model(-[0-9a-f-]{36})?\.safetensors$/;
const METHOD = /^[a-z0-9-]{1,40}$/;
const LONGEST_NAME = 200;
/** As many as the engine takes; the page offers fewer. */
const MOST_TILES = 16;
/** Of 16 bits. */
export const MOST_VALUE = 65535;

/** @param {string} name @returns {Project} */
export function newProject(name) {
  const now = new Date().toISOString();
  return {
    id: crypto.randomUUID(), name, created: now, modified: now, settings: defaultSettings(),
    rate: 5, batchRate: null, normals: [], images: [], model: null, run: null,
  };
}

/** @returns {Settings} */
const defaultSettings = () => ({
  size: null, channels: null, framing: { region: null, tiles: null }, valueRange: null, method: null,
  augmentation: null, epochs: null, batchSize: null, learningRate: null, seed: 1,
});

/** @param {BroughtImage} image @returns {CheckedImage} */
export const unchecked = (image) => ({ ...image, score: null, pValue: null, review: "", note: "" });

/** The text of project.json. @param {Project} project */
export function projectText({ images, ...project }) {
  return JSON.stringify({ format: PROJECT_FORMAT, version: VERSION, ...project });
}

/** The text of results.json. @param {CheckedImage[]} images */
export const resultsText = (images) => RESULTS_HEAD + images.map((image) => JSON.stringify(image)).join(",") + RESULTS_END;

/**
 * The same as a blob, made in pieces, so that thousands of results do not hold up the page.
 * @param {CheckedImage[]} images
 */
export async function resultsBlob(images) {
  const parts = [RESULTS_HEAD];
  for (let from = 0; from < images.length; from += PIECE) {
    const piece = images.slice(from, from + PIECE).map((image) => JSON.stringify(image)).join(",");
    parts.push(from > 0 ? `,${piece}` : piece);
    await breath();
  }
  return new Blob([...parts, RESULTS_END]);
}

/** Lets the page do something else; timers would sleep while the tab is in the background. */
function breath() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resume) => {
    port1.onmessage = resume;
    port2.postMessage(null);
  });
}

/** Why a project cannot be read. `kind` is "later" or "damaged". */
export class ProjectError extends Error {
  /** @param {"later" | "damaged"} kind @param {string} [detail] */
  constructor(kind, detail = "") {
    super(detail);
    this.name = kind === "later" ? "LaterVersion" : "DamagedProject";
  }
}

/**
 * Reads both texts. Whatever is not as it should be is refused, so that nothing else has to look twice.
 * @param {string} projectJson @param {string | null} resultsJson null if there is no such file
 * @returns {Project}
 */
export function parseProject(projectJson, resultsJson) {
  const project = parsed(projectJson, PROJECT_FORMAT);
  const results = resultsJson === null ? { images: [] } : parsed(resultsJson, RESULTS_FORMAT);
  check(isText(project.id) && isText(project.name) && cleanName(project.name) !== "", "name");
  check(isDate(project.created) && isDate(project.modified), "dates");
  check(Array.isArray(project.normals) && project.normals.every(isImage), "normals");
  check(Array.isArray(results.images) && results.images.every(isChecked), "images");
  check(project.model == null || isModel(project.model), "model");
  check(project.run == null || isRun(project.run), "run");
  const settings = { ...defaultSettings(), ...project.settings };
  check(areSettings(settings), "settings");
  return {
    id: project.id, name: cleanName(project.name), created: project.created, modified: project.modified, settings,
    rate: isWithin(project.rate, 0, 100) ? project.rate : 5,
    batchRate: isWithin(project.batchRate, 0, 100) ? project.batchRate : null,
    normals: project.normals, images: results.images.map((image) => ({ ...unchecked(image), ...image })),
    model: project.model ?? null, run: project.run ?? null,
    ...(areIds(project.missing) ? { missing: project.missing } : {}), ...(areIds(project.taken) ? { taken: project.taken } : {}),
  };
}

/** A name as it is kept: no more than a line, no more than a line's length. @param {string} name */
export const cleanName = (name) => name.replace(/[\p{Cc}\s]+/gu, " ").trim().slice(0, LONGEST_NAME);

/**
 * A project in short, as the list shows it.
 * @typedef {{ id: string, name: string, created: string, modified: string, normals: number, images: number, hasModel: boolean, trouble?: string }} Summary
 *
 * @param {Project} project
 * @returns {Summary}
 */
export const summaryOf = ({ id, name, created, modified, normals, images, model }) => ({
  id, name, created, modified, normals: normals.length, images: images.length, hasModel: model !== null,
});

/** Every image file that a project needs. @param {Project} project */
export const filesOf = ({ normals, images }) => new Set([...normals, ...images].map((image) => image.id));

export const newModelFile = () => `model-${crypto.randomUUID()}.safetensors`;

/** Where an image lies in an exported file. @param {string} id */
export const imageEntry = (id) => `files/${id}`;

/** Whether a zip file is a project, by the names of what is in it. @param {string[]} entries */
export const holdsProject = (entries) => entries.includes(PROJECT_FILE) && entries.some((entry) => entry === RESULTS_FILE || IMAGE_ENTRY.test(entry));

/** Whether it is a model or a checkpoint. @param {string} name */
export const isLargeFile = (name) => name === CHECKPOINT_FILE || MODEL_NAME.test(name);

/** Every image, model and checkpoint that a project needs, by name. @param {Project} project @returns {string[]} */
export const neededBy = (project) => [...filesOf(project), ...(project.model ? [project.model.file] : []), ...(project.run ? [CHECKPOINT_FILE] : [])];

function parsed(json, format) {
  let value;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ProjectError("damaged", error.message);
  }
  check(value?.format === format && Number.isInteger(value.version), format);
  if (value.version > VERSION) throw new ProjectError("later");
  return value;
}

function check(holds, what) {
  if (!holds) throw new ProjectError("damaged", what);
}

const isText = (value) => typeof value === "string";
const isDate = (value) => isText(value) && Number.isFinite(Date.parse(value));
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isWithin = (value, low, high) => typeof value === "number" && value >= low && value <= high;
const isWhole = (value, low, high) => Number.isInteger(value) && isWithin(value, low, high);
const isListOf = (value, isOne) => Array.isArray(value) && value.every(isOne);
/** @param {(value: any) => boolean} holds @returns {(value: any) => boolean} */
const orNull = (holds) => (value) => value == null || holds(value);

const isImage = (image) => isText(image?.id) && SHA256.test(image.id) && isText(image.name) && isWhole(image.bytes, 0, 2 ** 53) && isText(image.type);
const isChecked = (image) => isImage(image) && orNull(Number.isFinite)(image.score) && orNull((p) => isWithin(p, 0, 1))(image.pValue)
  && ["", "accepted", "rejected", undefined].includes(image.review) && ["normal", "anomaly", undefined].includes(image.label)
  && [image.note, image.remark, image.error].every((said) => said === undefined || isText(said));
const areIds = (value) => isListOf(value, (id) => isText(id) && SHA256.test(id));

const isModel = (model) => MODEL_NAME.test(model.file) && isObject(model.card) && isCalibration(model.calibration)
  && areIds(model.trainedOn) && areIds(model.leftOut ?? []) && isListOf(model.known ?? [], (place) => isWhole(place, 0, model.trainedOn.length - 1))
  && orNull(Number.isFinite)(model.bestEpoch) && orNull(isObject)(model.split) && orNull(isObject)(model.settings) && orNull(isSight)(model.sight);
const isCalibration = (one) => isListOf(one?.scores, Number.isFinite) && one.scores.every((score, index) => index === 0 || score >= one.scores[index - 1])
  && isWithin(one.strictestRate, 0, 1) && isListOf(one.thresholds ?? [], orNull(Number.isFinite)) && orNull(Number.isFinite)(one.origin)
  && isListOf(one.intervals ?? [], orNull((ends) => isListOf(ends, Number.isFinite) && ends.length === 2));
const isSight = ({ pixels, trials }) => Number.isFinite(pixels)
  && isListOf(trials, (trial) => isText(trial?.defect) && isWithin(trial.share, 0, 1) && isListOf(trial.scores, Number.isFinite));
const isRun = (run) => isWhole(run.epoch, 0, 1e6) && isWhole(run.epochs, 0, 1e6) && areIds(run.trainedOn) && isObject(run.settings)
  && areSettings({ ...defaultSettings(), ...run.settings });

/** What the engine would refuse, too; whoever has made the project may have had other limits in mind than the fields of the page. */
const areSettings = ({ size, channels, framing, valueRange, method, augmentation, epochs, batchSize, learningRate, seed }) => isFraming(framing) && orNull(isValueRange)(valueRange)
  && orNull((side) => isWhole(side, 16, 256))(size) && [1, 3, null].includes(channels) && (method === null || METHOD.test(method)) && [null, "none", "flips-and-shifts"].includes(augmentation)
  && orNull((number) => isWhole(number, 1, 1e6))(epochs) && orNull((number) => isWhole(number, 1, 1e6))(batchSize)
  && orNull((rate) => isWithin(rate, 0, 1))(learningRate) && isWhole(seed, 0, 2 ** 64);

const isValueRange = ({ low, high }) => isWhole(low, 0, MOST_VALUE) && isWhole(high, 0, MOST_VALUE) && low < high;

function isFraming(framing) {
  const { region, tiles } = framing ?? {};
  const inside = region === null || (["left", "top", "width", "height"].every((side) => isWithin(region?.[side], 0, 1))
    && region.width > 0 && region.height > 0 && region.left + region.width <= 1.000001 && region.top + region.height <= 1.000001);
  return inside && orNull((number) => isWhole(number, 1, MOST_TILES))(tiles);
}
