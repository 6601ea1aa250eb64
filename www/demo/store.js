/**
 * What the demo knows.
 *
 * @typedef {import("../pkg/engine/client.js").Picture} Picture
 * @typedef {import("../pkg/engine/client.js").Scored} Scored
 * @typedef {import("../pkg/engine/client.js").Calibration} Calibration
 * @typedef {"base" | "tuned"} Which
 * @typedef {"builtin" | "own"} SetName
 * @typedef {object} Item an image to be scored
 * @property {number} id
 * @property {string} name
 * @property {Blob} blob
 * @property {Record<Which, Scored | { error: string } | null>} results
 */
import { isFlagged } from "../pkg/rules.js";
import { Store } from "../shared/store.js";

/** What the demo begins with, and shows while no model says otherwise. */
export const FIRST_METHOD = "ganomaly";

const initial = () => ({
  /** @type {{ backend: string, adapter: string, reason: string } | null} */
  engine: null,
  engineBusy: true,
  /** @type {any[] | null} entries of weights/manifest.json; null while it is on its way */
  manifest: null,
  /** What is known of the methods that there are models of, by id. @type {Record<string, import("../pkg/methods.js").Method>} */
  methods: {},
  /** @type {Record<string, import("../pkg/models/sheet.js").Sheet>} one image of each class, by data set */
  covers: {},
  /** What the list of models shows; it may be another data set than that of the model in use. */
  browse: { dataset: "", method: FIRST_METHOD },
  /** @type {{ id: string, title: string, card: any } | null} */
  model: null,
  /** @type {{ id: string, title: string, received: number, total: number } | null} */
  loading: null,
  /** @type {Record<Which, Calibration | null>} */
  calibration: { base: null, tuned: null },
  /** @type {{ card: any, blob: Blob, saved: boolean } | null} */
  tuned: null,
  /** @type {import("./samples.js").Samples | null} */
  samples: null,
  /** @type {Record<SetName, Item[]>} */
  sets: { builtin: [], own: [] },
  /** @type {{ done: number, total: number, stopped: boolean }} */
  scoring: { done: 0, total: 0, stopped: false },
  view: { set: "builtin", which: "base", rate: 5, sort: "high", filter: "all", shown: 0, selected: null },
  /** @type {{ name: string, blob: Blob, isBuiltIn?: boolean }[]} */
  normals: [],
  /** @type {any} the run of the fine-tuning, see tuning.js */
  run: null,
});

/** @extends {Store<ReturnType<typeof initial>>} */
export class DemoStore extends Store {
  constructor() {
    super(initial());
  }

  /** Changes some fields of the view (which set, which model, sorting, …). */
  setView(patch) {
    this.set({ view: { ...this.state.view, ...patch } });
  }
}

/** @returns {number | null} the score above which an image counts as an anomaly */
export function thresholdOf(state, which) {
  const value = state.calibration[which]?.thresholds[state.view.rate];
  return Number.isFinite(value) ? value : null;
}

/** @returns {number} where a scale of scores begins */
export const originOf = (state, which) => state.calibration[which]?.origin ?? 0;

/** @returns {"normal" | "anomaly" | "unreadable" | null} null while there is no score or no threshold */
export function verdictOf(state, item, which) {
  const result = item.results[which];
  if (!result) return null;
  if (result.error !== undefined) return "unreadable";
  const threshold = thresholdOf(state, which);
  if (threshold === null) return null;
  return isFlagged(result.score, threshold) ? "anomaly" : "normal";
}

/** Whether fine-tuning changed the verdict on an image. */
export function verdictChanged(state, item) {
  const before = verdictOf(state, item, "base");
  const after = verdictOf(state, item, "tuned");
  return before !== null && after !== null && before !== after;
}

/** The images of the set in view. @returns {Item[]} */
export const currentItems = (state) => state.sets[state.view.set];

/** Whether a fine-tuning run holds the engine. */
export const isTraining = (state) => state.run !== null && !state.run.over;
