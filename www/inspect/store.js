/**
 * What the tool knows, in one place. Views watch names of parts and redraw at most once a frame.
 *
 * The open project is changed in place, and only through Workspace.edit, which saves it and touches the parts that
 * changed. For watching, it has four parts that are no fields of the state: "normals", "images" (the list, the scores,
 * the reviews), "model" and "settings" (also the name and the rates). "project" is touched when another project is
 * opened or closed; whoever watches one of the four watches "project", too, or is shown nothing of a new one.
 *
 * @typedef {import("./project.js").Project} Project
 * @typedef {import("./project.js").CheckedImage} CheckedImage
 * @typedef {"normals" | "images"} Part where images are brought to
 * @typedef {{ reason: string, count: number, names: string[] }} LeftOut files left out for one reason; the first names
 * @typedef {object} Bringing images on their way in
 * @property {Part} part
 * @property {number} done
 * @property {number} total grows when a zip file is opened
 */
import { Store } from "../shared/store.js";

const initial = () => ({
  /** @type {import("../pkg/engine/client.js").EngineStatus | null} */
  engine: null,
  engineBusy: true,
  /** @type {{ kind: "disk" | "memory", error: Error | null, usage: number, quota: number, persisted: boolean } | null} */
  storage: null,
  /** @type {import("./storage/storage.js").Summary[] | null} null while the list is read */
  projects: null,
  /** @type {Project | null} */
  project: null,
  /** Nothing is changed while it is being left, or by a reader: another tab has the project. @type {"owner" | "leaving" | "reader"} */
  access: "owner",
  /** held: how many files are in memory only. @type {import("./storage/saver.js").Saving & { held: number }} */
  saving: { phase: "saved", error: null, held: 0 },
  /** Ids of images whose file is gone from the storage. @type {Set<string>} */
  missing: new Set(),
  /** @type {Bringing | null} */
  bringing: null,
  /** What could not be taken in since the project was opened. @type {Record<Part, LeftOut[]>} */
  leftOut: { normals: [], images: [] },
  /** Ids that are among the normal images and among those to check. @type {Set<string>} */
  overlap: new Set(),
  /** What the engine would do with these images and settings, see EngineClient; null while it is not known. @type {any} */
  recipe: null,
  /** What the networks will see of the normal images, see Seeing; null while it is not known. @type {any} */
  seen: null,
  /** @type {any} the run of training, see shared/training.js */
  run: null,
  /** Whether the engine holds the project's model. */
  modelReady: false,
  scoring: { stopped: false, error: "" },
  /** Ids of what is chosen in the two lists. @type {Record<Part, string>} */
  selected: { normals: "", images: "" },
});

/** @extends {Store<ReturnType<typeof initial>>} */
export class InspectStore extends Store {
  constructor() {
    super(initial());
  }

  /** What belongs to the open project alone, as it is before anything was done. */
  forgetProject() {
    const { missing, bringing, leftOut, overlap, recipe, seen, run, modelReady, scoring, selected } = initial();
    this.set({ missing, bringing, leftOut, overlap, recipe, seen, run, modelReady, scoring, selected });
  }
}

/** Whether a run of training holds the engine. */
export const isTraining = (state) => state.run !== null && !state.run.over;

/** Whether the visitor may change the project. */
export const isOwner = (state) => state.project !== null && state.access === "owner";

/** Images to check that have neither a score nor a reason why not. @returns {CheckedImage[]} */
export const unscored = (state) => state.project.images.filter((image) => image.score === null && image.error === undefined);
