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

/** @extends {Store<ReturnType<typeof initial>>} */
export class Findings extends Store {
  #store;
  #detector;
  #timer = 0;
  /** @type {AbortController | null} */
  #work = null;
  #project = null;
  /** What was looked through last. @type {{ first: any, length: number, limit: any }} */
  #seen = { first: undefined, length: 0, limit: undefined };
  /** @type {{ asked: string, limit: number | null | undefined }} */
  #batch = { asked: "", limit: undefined };

  /** @param {import("../store.js").InspectStore} store @param {import("../engine.js").Detector} detector */
  constructor(store, detector) {
    super(initial());
    this.#store = store;
    this.#detector = detector;
    store.watch(["project", "images", "model", "settings", "engine"], () => this.#follow());
  }

  /** @param {Partial<import("./arrange.js").Wish>} patch */
  show(patch) {
    this.set({ wish: { ...this.state.wish, ...patch } });
    this.#look();
  }

  /** Those that are called odd, the oddest first. */
  flagged() {
    return arrange(this.#project.images, this.state.limit, { filter: "flagged", search: "", sort: "score", descending: true });
  }

  #follow() {
    const { project } = this.#store.state;
    if (project !== this.#project) {
      this.#project = project;
      this.#batch = { asked: "", limit: undefined };
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
    try {
      const scores = await scoresOf(images, work.signal);
      this.#askForBatch(images);
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
    const limit = project ? limitOf(project) : undefined;
    return limit !== undefined && project.batchRate !== null ? this.#batch.limit : limit;
  }

  /** The engine works out the limit for a batch; until it has, the one before stays. */
  async #askForBatch(images) {
    const project = this.#project;
    if (!project?.model || project.batchRate === null || !this.#store.state.engine) return;
    const pValues = Float64Array.from(images.filter((image) => image.pValue !== null), (image) => image.pValue);
    const asked = `${project.id} ${project.batchRate} ${project.model.calibration.scores.length} ${pValues.length} ${pValues.reduce((sum, p) => sum + p, 0)}`;
    if (asked === this.#batch.asked) return;
    this.#batch.asked = asked;
    this.set({ batchWaiting: true, batchTrouble: "" });
    try {
      const limit = pValues.length === 0 ? null : await this.#detector.discoveryLimit(pValues, project.batchRate / 100);
      if (this.#batch.asked === asked) this.#batch.limit = limit;
    } catch (error) {
      // Asked again when anything changes.
      if (this.#batch.asked === asked) this.#batch.asked = "";
      this.set({ batchTrouble: error.message });
    }
    if (this.#batch.asked !== asked && this.#batch.asked !== "") return;
    this.set({ batchWaiting: false });
    this.#follow();
  }
}

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
