/**
 * What is made of the images to check: the limit in force, how many are what, and the list as it is to be shown. It
 * follows the open project by itself, in pieces.
 */
import { Store } from "../../shared/store.js";
import { arrange, count } from "./arrange.js";
import { Pieces } from "./pieces.js";
import { limitOf } from "./ruling.js";

/** So many are looked through at once; more of them not at every change. */
const FEW = 1000;
const SOON_MS = 400;

const noCounts = { all: 0, flagged: 0, normal: 0, unreadable: 0, unreviewed: 0, reviewed: 0, accepted: 0, rejected: 0, waiting: 0, flaggedReviewed: 0 };

const initial = () => ({
  /** @type {import("./arrange.js").CheckedImage[]} as they are to be shown */
  shown: [],
  /** @type {import("./arrange.js").Counts} */
  counts: noCounts,
  /** The largest p-value that is odd; null: none is, undefined: not known. @type {number | null | undefined} */
  limit: undefined,
  /** Why the limit for a batch is not known, if it is not. */
  batchTrouble: "",
  batchWaiting: false,
  /** Scores of the images that have one, for the histogram. */
  scores: new Float32Array(),
  /** @type {import("./arrange.js").Wish} */
  wish: { filter: "all", search: "", sort: "score", descending: true },
  /** @type {"grid" | "table"} */
  view: "grid",
});

/**
 * The limit for a batch, and what it was worked out for. Another engine is asked again: the one before may have failed.
 * @returns {{ pValues: string, rate: number | null, model: any, engine: any, limit: number | null | undefined }}
 */
const unknownBatch = () => ({ pValues: "", rate: null, model: null, engine: null, limit: undefined });

/** @extends {Store<ReturnType<typeof initial>>} */
export class Findings extends Store {
  #store;
  #client;
  #timer = 0;
  /** @type {AbortController | null} */
  #work = null;
  #project = null;
  /** What was looked through last. @type {{ first: any, length: number, limit: any }} */
  #seen = { first: undefined, length: 0, limit: undefined };
  #batch = unknownBatch();

  /** @param {import("../store.js").InspectStore} store @param {import("../../pkg/engine/client.js").EngineClient} client */
  constructor(store, client) {
    super(initial());
    this.#store = store;
    this.#client = client;
    store.watch(["project", "images", "model", "settings", "engine"], () => this.#follow());
  }

  /** @param {Partial<import("./arrange.js").Wish>} patch */
  show(patch) {
    this.set({ wish: { ...this.state.wish, ...patch } });
    this.#look();
  }

  /** Those that are called odd, the oddest first. */
  flagged(images = this.#project.images, limit = this.state.limit) {
    return arrange(images, limit, { filter: "flagged", search: "", sort: "score", descending: true });
  }

  /**
   * The results as they are now, with the limit that belongs to them: what is written down fits together, whatever
   * changes while it is written.
   * @param {AbortSignal} signal
   */
  async settled(signal) {
    const project = { ...this.#project, images: this.#project.images.map((image) => ({ ...image })) };
    const limit = isBatch(project) ? await this.#batchLimit(project, pValuesOf(project.images)) : limitOf(project);
    signal.throwIfAborted();
    return { project, limit, counts: await count(project.images, limit, signal), scores: await scoresOf(project.images, signal) };
  }

  #follow() {
    const { project } = this.#store.state;
    if (project !== this.#project) {
      this.#project = project;
      this.#batch = unknownBatch();
      this.set(initial());
    }
    const images = project?.images ?? [];
    const isOther = images.length < this.#seen.length || images[0] !== this.#seen.first || this.#limit() !== this.#seen.limit;
    if (images.length < FEW || isOther) this.#look();
    else this.#lookSoon();
  }

  #lookSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      // A look that is under way is not cut short, or there would be none while scores stream in.
      if (this.#work) this.#lookSoon();
      else this.#look();
    }, SOON_MS);
  }

  /** Looks through all images, from the start. */
  async #look() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    const images = this.#project?.images ?? [];
    const limit = this.#limit();
    this.#seen = { first: images[0], length: images.length, limit };
    this.#askForBatch(images);
    try {
      const scores = await scoresOf(images, work.signal);
      const counts = await count(images, limit, work.signal);
      const shown = await arrange(images, limit, this.state.wish, work.signal);
      if (!work.signal.aborted) this.set({ scores, limit, counts, shown });
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      if (this.#work === work) this.#work = null;
    }
  }

  #limit() {
    const project = this.#project;
    if (!project || !isBatch(project)) return project ? limitOf(project) : undefined;
    const { rate, model, limit } = this.#batch;
    return rate === project.batchRate && model === project.model ? limit : undefined;
  }

  /**
   * Has the limit for a batch worked out. While only the p-values change, as they do with every score that comes in,
   * the one before stays until then.
   */
  async #askForBatch(images) {
    const project = this.#project;
    if (!project || !isBatch(project) || !this.#store.state.engine) return;
    const { batchRate: rate, model } = project;
    const { engine } = this.#store.state;
    const known = pValuesOf(images);
    const pValues = known.join();
    const before = this.#batch;
    const isSame = before.rate === rate && before.model === model;
    if (isSame && before.pValues === pValues && before.engine === engine) return;
    const asked = { pValues, rate, model, engine, limit: isSame ? before.limit : undefined };
    this.#batch = asked;
    this.set({ batchWaiting: true });
    let batchTrouble = "";
    try {
      asked.limit = await this.#batchLimit(project, known);
    } catch (error) {
      asked.limit = undefined;
      batchTrouble = error.message;
    }
    if (this.#batch !== asked) return;
    this.set({ batchWaiting: false, batchTrouble });
    this.#follow();
  }

  /** @returns {Promise<number | null>} */
  async #batchLimit({ batchRate }, pValues) {
    return pValues.length === 0 ? null : this.#client.call("discoveryLimit", { pValues, rate: batchRate / 100 });
  }
}

const isBatch = (project) => project.batchRate !== null && limitOf(project) !== undefined;
const pValuesOf = (images) => Float64Array.from(images.filter((image) => image.pValue !== null), (image) => image.pValue);

async function scoresOf(images, signal) {
  const pieces = new Pieces(signal);
  const scores = new Float32Array(images.length);
  let number = 0;
  for (const image of images) {
    if (image.score !== null) scores[number++] = image.score;
    if (pieces.isDue) await pieces.pause();
  }
  return scores.subarray(0, number);
}
