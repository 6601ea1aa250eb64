/** A detector of anomalies: a model in the worker that all elements and detectors of a page share. */
import { engine, newName } from "../engine/shared.js";
import { presetOf, weightsOf } from "../elements/presets.js";
import { download } from "../models/loader.js";
import { blobOf, isImage, listOf, withImageData } from "./images.js";
import { words } from "./presets.js";
import { sentence } from "../format.js";
import { text } from "./text.js";
import { EventQueue, oneAtATime, unlessAborted } from "./waiting.js";

/** Between so many images a signal is looked at, and others get their turn. */
const SCORED_AT_ONCE = 32;
/** Those of the engine that mean something outside of it. */
const EVENTS = new Set(["started", "step", "networkReset", "epoch", "samples"]);

export class Detector {
  #client;
  #model;
  /** What it scores by: the weights file, its card and its calibration. @type {{ weights: Blob, card: any, calibration: any, which: "base" | "tuned" }} */
  #current;
  #life = new AbortController();

  /** Use `Detector.load`. */
  constructor(client, model, current) {
    this.#client = client;
    this.#model = model;
    this.#current = current;
  }

  /**
   * @param {string | URL | Blob | ArrayBuffer | ArrayBufferView} source
   * @param {{ signal?: AbortSignal, backend?: "cpu" | "webgpu" }} [options]
   */
  static async load(source, { signal, backend } = {}) {
    const weights = await unlessAborted(weightsFrom(source, signal), signal);
    const client = await unlessAborted(engine(backend), signal);
    const model = newName();
    try {
      const loaded = await unlessAborted(spoken(client.load(weights, model)), signal);
      return new Detector(client, model, { ...loaded, weights, which: "base" });
    } catch (error) {
      client.release(model).catch(() => {});
      throw error;
    }
  }

  get card() { return this.#current.card; }

  get calibration() { return this.#current.calibration; }

  get backend() { return this.#client.status?.backend ?? "cpu"; }

  /** @param {number} [rate] of false alarms, 0 to 1 @returns {number | null} */
  threshold(rate = 0.05) {
    const { thresholds } = this.calibration;
    const percent = Math.round(rate * 100);
    if (!(percent in thresholds) || Math.abs(percent - rate * 100) > 1e-6) throw new RangeError(text.rate(rate, thresholds.length - 1));
    return thresholds[percent] ?? null;
  }

  /** @param {any} images @param {{ pictures?: boolean, signal?: AbortSignal }} [options] */
  async score(images, { pictures = false, signal } = {}) {
    const all = listOf(images);
    const results = [];
    for (let start = 0; start < all.length; start += SCORED_AT_ONCE) {
      results.push(...await this.#scoreSome(all.slice(start, start + SCORED_AT_ONCE), pictures, this.#until(signal)));
    }
    if (!isImage(images)) return results;
    if (results[0].error) throw new Error(results[0].error);
    return results[0];
  }

  async #scoreSome(images, pictures, signal) {
    signal.throwIfAborted();
    const blobs = await Promise.all(images.map(blobOf));
    const call = this.#client.call("score", { images: blobs, which: this.#current.which, pictures, model: this.#model });
    const results = await unlessAborted(spoken(call), signal);
    return results.map((result) => (result.error ? { error: sentence(result.error) } : withImageData(result)));
  }

  /** @param {any} images @param {{ epochs?: number, batchSize?: number, learningRate?: number, seed?: number, signal?: AbortSignal }} [options] */
  async *fineTune(images, { epochs = 10, batchSize = 16, learningRate = 0.0002, seed = 0, signal: given } = {}) {
    const settings = checked({ epochs, batchSize, learningRate, seed });
    const left = new AbortController(); // the loop was left before the end
    const signal = AbortSignal.any([left.signal, this.#until(given)]);
    signal.throwIfAborted();
    const blobs = await Promise.all(listOf(images).map(blobOf));
    const events = new EventQueue();
    signal.addEventListener("abort", () => events.end({ error: signal.reason }));
    oneAtATime(() => this.#tune(blobs, settings, signal, events)).then(() => events.end({}), (error) => events.end({ error }));
    try {
      yield* events;
    } finally {
      left.abort();
    }
  }

  /** The run itself. If it is cancelled, the detector stays as it was. */
  async #tune(images, settings, signal, events) {
    signal.throwIfAborted();
    const cancel = () => this.#client.control("cancel");
    const receive = (event) => {
      if (signal.aborted) cancel(); // again, since a run that waits for its turn does not hear it
      else if (EVENTS.has(event.type)) events.push(withImageData(event));
    };
    signal.addEventListener("abort", cancel);
    try {
      const result = await spoken(this.#client.fineTune({ images, settings, model: this.#model }, receive));
      if (result.cancelled) return;
      if (signal.aborted) await this.#undo();
      else events.push(this.#adopt(result));
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  #adopt({ weights, card, calibration, shares, unreadable }) {
    this.#current = { weights, card, calibration, which: "tuned" };
    const sentences = unreadable.map(({ index, error }) => ({ index, error: sentence(error) }));
    return { type: "finished", heldOut: shares.calibration, unreadable: sentences, detector: this };
  }

  /** What was aborted in the last moment is tuned in the engine, but must not be here. */
  async #undo() {
    if (this.#current.which === "tuned") await this.#client.loadTuned(this.#current.weights, this.#model);
  }

  /** @returns {Blob} */
  save() { return this.#current.weights; }

  dispose() {
    if (this.#life.signal.aborted) return;
    this.#life.abort(new Error(text.disposed));
    this.#client.release(this.#model).catch(() => {});
  }

  /** Aborts with the given signal, or when the detector is disposed of. @param {AbortSignal} [signal] */
  #until(signal) {
    return signal ? AbortSignal.any([signal, this.#life.signal]) : this.#life.signal;
  }
}

/** What the engine answers; what it complains of, as a sentence. @template T @param {Promise<T>} answer @returns {Promise<T>} */
const spoken = (answer) => answer.catch((error) => { throw new Error(sentence(error.message), { cause: error }); });

/** @returns {Promise<Blob>} */
async function weightsFrom(source, signal) {
  if (source instanceof Blob) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return new Blob([source]);
  if (typeof source === "string" && !/[./]/.test(source)) return weightsOf(await presetOf(source, words), words);
  if (typeof source !== "string" && !(source instanceof URL)) throw new TypeError(text.noSource);
  return fetchWeights(source, signal);
}

async function fetchWeights(address, signal) {
  try {
    return await download(address, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(text.weightsGone(address, error.message));
  }
}

/** The engine judges the values; that they are numbers of the right kind is seen to here. */
function checked(settings) {
  for (const [name, value] of Object.entries(settings)) {
    if (!Number.isFinite(value)) throw new TypeError(text.noNumber(name, value));
    if (name !== "learningRate" && !(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(text.notWhole(name, value));
  }
  return settings;
}
