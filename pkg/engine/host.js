/**
 * Owns the engine inside the worker: starts it on the GPU or the CPU, and goes on with the CPU when the GPU is lost.
 * Weights are kept as blobs, so that an engine can be replaced without asking the page.
 *
 * A page may use several models at a time, each under a name of its own (`model` in the parameters); whoever uses one only
 * need not name it.
 */
import { atOnce } from "../rpc.js";
import { text } from "../text.js";
import { Experiments } from "./experiments.js";
import { bytesOf } from "../bytes.js";
import { readAll, readInto } from "./images.js";
import { createEngine, loadWasm } from "./start.js";

const STEP_EVENTS_EVERY_MS = 100;

/** @typedef {{ engine: any, base: Blob | null, tuned: Blob | null }} Slot a model, and what was fine-tuned from it */

export class EngineHost {
  #wasm = null;
  /** Every other engine is made from this one, which holds the device. */
  #engine = null;
  #adapter = "";
  /** @type {Map<string, Slot>} */
  #slots = new Map();
  #run = null;
  #experiments = new Experiments();
  #notify;

  /** @param {(notice: object) => void} notify tells the page what happened outside of any call */
  constructor(notify) {
    this.#notify = notify;
  }

  /** @param {{ backend: "webgpu" | "cpu" }} params @returns {Promise<{ backend: string, adapter: string, reason: string }>} */
  async start({ backend }) {
    this.#wasm = await loadWasm();
    const { engine, adapter, reason } = await createEngine(this.#wasm, backend);
    this.#engine = engine;
    this.#adapter = adapter;
    return this.#status(reason);
  }

  async load({ weights, model }) {
    const slot = this.#slot(model);
    const bytes = await bytesOf(weights);
    const card = await this.#onCpuIfGpuIsLost(() => slot.engine.load(bytes));
    Object.assign(slot, { base: weights, tuned: null });
    return { card, calibration: slot.engine.calibration("base") };
  }

  async loadTuned({ weights, model }) {
    const slot = this.#slot(model);
    const bytes = await bytesOf(weights);
    const card = await this.#onCpuIfGpuIsLost(() => slot.engine.loadTuned(bytes));
    slot.tuned = weights;
    return { card, calibration: slot.engine.calibration("tuned") };
  }

  /** Forgets a model. @param {{ model: string }} params */
  release({ model }) {
    this.#slots.get(model)?.engine.free();
    this.#slots.delete(model);
  }

  /**
   * @param {{ images: Blob[], which: "base" | "tuned", pictures?: boolean }} params
   * @returns {Promise<object[]>} in the order of the images: scores and p-values, `{ error }` for an unreadable one
   */
  async score({ images, which, pictures = false, model }) {
    const slot = this.#slot(model);
    const read = await readAll(images);
    const scored = read.bytes.length === 0 ? []
      : await this.#onCpuIfGpuIsLost(() => slot.engine.score(read.bytes, which, pictures));
    const results = images.map(() => null);
    scored.forEach((result, index) => { results[read.places[index]] = result; });
    for (const { index, error } of read.unreadable) results[index] = { error };
    return results;
  }

  /** Fine-tunes; the tuned weights come back as a blob, or `{ cancelled: true }` with everything as it was. */
  async fineTune({ images, settings, checkpoint, model }, { send }) {
    const slot = this.#slot(model);
    const read = await readAll(images);
    const latest = checkpoint ? await bytesOf(checkpoint) : undefined;
    const work = async (run) => {
      const result = await slot.engine.fineTune(read.bytes, settings, run.control, run.forward, run.latest);
      return { result, weights: run.cancelled ? null : new Blob([await slot.engine.save("tuned")]) };
    };
    const done = await this.#steered(latest, send, work);
    if (!done) {
      if (slot.tuned) await this.loadTuned({ weights: slot.tuned, model });
      return { cancelled: true };
    }
    const { result, weights } = done;
    slot.tuned = weights;
    const unreadable = [...read.unreadable, ...result.unreadable.map((one) => ({ ...one, index: read.places[one.index] }))];
    return { ...result, unreadable, weights, calibration: slot.engine.calibration("tuned") };
  }

  /**
   * Learns from normal images; see `Request` in src/learning.rs. Images are read one by one and kept only as small as the
   * networks see them.
   * @param {{ normals: Blob[], request: any, checkpoint: Blob | null, frontEnd?: Blob | null }} params frontEnd: for methods that see images through one
   * @returns {Promise<object>} the weights as a blob, which images they know, and which could not be read; or
   *   `{ cancelled: true }` with everything as it was
   */
  async learn({ normals, request, checkpoint, frontEnd, model }, { send }) {
    const slot = this.#slot(model);
    const latest = checkpoint ? await bytesOf(checkpoint) : undefined;
    const sight = frontEnd ? await bytesOf(frontEnd) : undefined;
    const { channels, size } = (latest ? this.#wasm.inspectWeights(latest) : this.#wasm.recipe(normals.length, request)).model;
    const images = new this.#wasm.NormalImages(channels, size, request.framing);
    try {
      const work = async (run) => {
        // Also when the run begins anew on the CPU, these are read but once.
        run.read ??= await readInto(images, normals, () => run.cancelled, send);
        if (run.cancelled) return { result: null, weights: null };
        const result = await slot.engine.learn(images, request, run.control, run.forward, run.latest, sight);
        return { result, read: run.read, weights: run.cancelled ? null : new Blob([await slot.engine.save("base")]) };
      };
      const done = await this.#steered(latest, send, work);
      if (!done) {
        if (slot.base) await this.load({ weights: slot.base, model });
        return { cancelled: true };
      }
      const { result, read, weights } = done;
      Object.assign(slot, { base: weights, tuned: null });
      const known = result.known.map((index) => read.places[index]);
      return { ...result, known, unreadable: read.unreadable, weights, calibration: slot.engine.calibration("base") };
    } finally {
      images.free();
    }
  }

  /** The colours and tiles that suit images, of which these are some; see src/learning/suited.rs. @param {{ images: Blob[], request: any }} params */
  async suited({ images, request }) {
    return this.#wasm.suited((await readAll(images)).bytes, request);
  }

  /** An image as the networks see it, or null if it cannot be read. @param {{ image: Blob, channels: number, size: number, framing: any }} params */
  async asSeen({ image, channels, size, framing }) {
    const { bytes: [bytes] } = await readAll([image]);
    return bytes ? this.#wasm.asSeen(bytes, channels, size, framing) : null;
  }

  /** An image with a defect of each kind and size; see src/learning/sight.rs. @param {{ image: Blob, model?: string }} params */
  async defects({ image, model }) {
    return this.#slot(model).engine.defects(await bytesOf(image), "base");
  }

  // These need no engine, so they need not wait for a run to end.

  /** What would be done with so many normal images; `request` and `base`, the card of a model to start from, as in src/learning.rs. */
  recipe = atOnce(({ count, request, base }) => this.#wasm.recipe(count, request, base ?? undefined));

  /** What files are, by their paths, if they are a whole data set; see src/data/place.rs. */
  sortFiles = atOnce(({ paths }) => this.#wasm.sortFiles(paths));

  /** The largest p-value that is flagged, or null, see src/conformal.rs. */
  discoveryLimit = atOnce(({ pValues, rate }) => this.#wasm.discoveryLimit(pValues, rate) ?? null);

  /** What is found of the defects that were drawn, with a limit; see src/learning/sight.rs. */
  found = atOnce(({ sight, limit }) => this.#wasm.found(sight, limit));

  /** Whether new images as a whole are unlike the normal ones, see src/conformal.rs. */
  hasDrifted = atOnce(({ pValues, limit, calibration }) => this.#wasm.hasDrifted(pValues, limit, calibration));

  /** What scores of images of which it is known are worth, as two Float32Arrays; see src/metrics.rs. */
  judge = atOnce(({ normal, anomalous }) => this.#wasm.judge(normal, anomalous));

  /** Steers the run under way, if there is one: "pause", "resume", "stop" or "cancel". */
  control = atOnce(({ action }) => {
    if (!this.#run) return;
    if (action === "cancel") this.#run.cancelled = true;
    // A paused run would not notice that it is to stop.
    if (action !== "pause") this.#run.control.resume();
    if (action === "pause") this.#run.control.pause();
    if (action === "stop" || action === "cancel") this.#run.control.stop();
  });

  /** Looks closely at one image. @param {{ image: Blob, which: "base" | "tuned", limit?: number | null }} params limit: the score that odd images are above */
  async explain({ image, which, limit, model }) {
    const slot = this.#slot(model);
    const { bytes: [bytes], unreadable: [unreadable] } = await readAll([image]);
    if (unreadable) return { error: unreadable.error };
    return this.#onCpuIfGpuIsLost(() => slot.engine.explain(bytes, which, limit ?? undefined));
  }

  /**
   * Follows one image through every layer of GANomaly's generator.
   * @param {{ image: Blob, model?: string }} params
   * @returns {Promise<{ layers: any[], values: Float32Array }>} see src/trace.rs
   */
  async trace({ image, model }) {
    const slot = this.#slot(model);
    const bytes = await bytesOf(image);
    const trace = await this.#onCpuIfGpuIsLost(() => slot.engine.trace(bytes, "base"));
    const { layers, values } = trace;
    trace.free();
    return { layers, values };
  }

  /** Begins an experiment; see Experiments. */
  experimentStart(params) {
    return this.#experiments.start(this.#engine, params);
  }

  /** Has an experiment do something: `act` is a method of WatchedExperiment in src/web/lesson.rs. */
  experimentDo({ experiment, act, value }) {
    return this.#experiments.get(experiment)[act](value);
  }

  /** @param {{ experiment: string }} params */
  experimentEnd({ experiment }) {
    this.#experiments.end(experiment);
  }

  /**
   * A training run that can be paused, stopped and cancelled, and that goes on from its last checkpoint when the GPU is
   * lost. Nothing comes back if it was cancelled.
   */
  async #steered(latest, send, work) {
    const run = { control: new this.#wasm.RunControl(), cancelled: false, latest, forward: null };
    run.forward = throttleSteps((event) => {
      if (event.type !== "checkpoint") return send(event);
      run.latest = event.bytes;
      send({ ...event, bytes: new Blob([event.bytes]) });
    });
    this.#run = run;
    try {
      const done = await this.#onCpuIfGpuIsLost(() => work(run));
      return run.cancelled ? null : done;
    } catch (error) {
      if (!run.cancelled) throw error;
      return null;
    } finally {
      this.#run = null;
      run.control.free();
    }
  }

  /** @param {string} [model] */
  #slot(model = "") {
    if (!this.#slots.has(model)) this.#slots.set(model, { engine: this.#engine.another(), base: null, tuned: null });
    return this.#slots.get(model);
  }

  async #onCpuIfGpuIsLost(work) {
    try {
      return await work();
    } catch (error) {
      if (this.#engine.backend !== "webgpu" || !/\bGPU\b/.test(error?.message ?? error)) throw error;
      await this.#moveToCpu();
      return work();
    }
  }

  async #moveToCpu() {
    this.#engine.free();
    this.#engine = await this.#wasm.Engine.create("cpu");
    this.#adapter = this.#engine.adapter;
    for (const slot of this.#slots.values()) {
      slot.engine.free();
      slot.engine = this.#engine.another();
      if (slot.base) await slot.engine.load(await bytesOf(slot.base));
      if (slot.tuned) await slot.engine.loadTuned(await bytesOf(slot.tuned));
    }
    this.#notify({ ...this.#status(""), trouble: text.backend.lost });
  }

  #status(reason) {
    return { backend: this.#engine.backend, adapter: this.#adapter, reason };
  }
}

/** Thousands of steps a second are more than anybody can see; the last one always arrives. */
function throttleSteps(send) {
  let last = 0;
  return (event) => {
    if (event.type === "step" && event.step < event.steps) {
      if (performance.now() - last < STEP_EVENTS_EVERY_MS) return;
      last = performance.now();
    }
    send(event);
  };
}
