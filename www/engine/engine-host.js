/**
 * Owns the engine inside the worker: starts it on the GPU or the CPU, and goes on with the CPU when the GPU is lost.
 * Weights are kept as blobs, so that an engine can be replaced without asking the page.
 */
import { requestsMade } from "../shared/requests.js";
import { text } from "../text/engine.js";

const START_TIMEOUT_MS = 20_000;
const STEP_EVENTS_EVERY_MS = 100;
const READ_EVENTS_EVERY = 8;
const LARGEST_IMAGE_BYTES = 64 * 2 ** 20;

/** The smallest module with a SIMD instruction. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

export class EngineHost {
  #wasm = null;
  #engine = null;
  #adapter = "";
  #base = null;
  #tuned = null;
  #run = null;
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

  async load({ weights }) {
    const bytes = await bytesOf(weights);
    const card = await this.#onCpuIfGpuIsLost((engine) => engine.load(bytes));
    this.#base = weights;
    this.#tuned = null;
    return { card, calibration: this.#calibration("base") };
  }

  async loadTuned({ weights }) {
    const bytes = await bytesOf(weights);
    const card = await this.#onCpuIfGpuIsLost((engine) => engine.loadTuned(bytes));
    this.#tuned = weights;
    return { card, calibration: this.#calibration("tuned") };
  }

  /**
   * @param {{ images: Blob[], which: "base" | "tuned", pictures?: boolean }} params
   * @returns {Promise<object[]>} in the order of the images: scores and p-values, `{ error }` for an unreadable one
   */
  async score({ images, which, pictures = false }) {
    const read = await readAll(images);
    const scored = read.bytes.length === 0 ? []
      : await this.#onCpuIfGpuIsLost((engine) => engine.score(read.bytes, which, pictures));
    const results = images.map(() => null);
    scored.forEach((result, index) => { results[read.places[index]] = result; });
    for (const { index, error } of read.unreadable) results[index] = { error };
    return results;
  }

  /** Fine-tunes; the tuned weights come back as a blob, or `{ cancelled: true }` with everything as it was. */
  async fineTune({ images, settings, checkpoint }, send) {
    const read = await readAll(images);
    const latest = checkpoint ? await bytesOf(checkpoint) : undefined;
    const work = async (engine, run) => {
      const result = await engine.fineTune(read.bytes, settings, run.control, run.forward, run.latest);
      return { result, weights: run.cancelled ? null : new Blob([await engine.save("tuned")]) };
    };
    const done = await this.#steered(latest, send, work);
    if (!done) {
      if (this.#tuned) await this.loadTuned({ weights: this.#tuned });
      return { cancelled: true };
    }
    const { result, weights } = done;
    this.#tuned = weights;
    const unreadable = [...read.unreadable, ...result.unreadable.map((one) => ({ ...one, index: read.places[one.index] }))];
    return { ...result, unreadable, weights, calibration: this.#calibration("tuned") };
  }

  /**
   * Learns from normal images; see `Request` in src/learning.rs. Images are read one by one and kept only as small as the
   * networks see them.
   * @param {{ normals: Blob[], request: any, base: Blob | null, checkpoint: Blob | null }} params base: weights to start from
   * @returns {Promise<object>} the weights as a blob, which images they know, and which could not be read; or
   *   `{ cancelled: true }` with everything as it was
   */
  async learn({ normals, request, base, checkpoint }, send) {
    const start = base ? await bytesOf(base) : undefined;
    const latest = checkpoint ? await bytesOf(checkpoint) : undefined;
    const known = latest ?? start;
    const { channels, size } = known ? this.#wasm.inspectWeights(known).model : { channels: 1, size: 32, ...request };
    const images = new this.#wasm.NormalImages(channels, size, request.framing);
    try {
      const work = async (engine, run) => {
        // Also when the run begins anew on the CPU, these are read but once.
        run.read ??= await this.#readNormals(images, normals, run, send);
        if (run.cancelled) return { result: null, weights: null };
        const result = await engine.learn(images, request, run.control, run.forward, start, run.latest);
        return { result, read: run.read, weights: run.cancelled ? null : new Blob([await engine.save("base")]) };
      };
      const done = await this.#steered(latest, send, work);
      if (!done) {
        if (this.#base) await this.load({ weights: this.#base });
        return { cancelled: true };
      }
      const { result, read, weights } = done;
      this.#base = weights;
      this.#tuned = null;
      const known = result.known.map((index) => read.places[index]);
      return { ...result, known, unreadable: read.unreadable, weights, calibration: this.#calibration("base") };
    } finally {
      images.free();
    }
  }

  /** Whether most of some images are coloured. @param {{ images: Blob[] }} params @returns {Promise<boolean>} */
  async areColoured({ images }) {
    const { bytes } = await readAll(images);
    const coloured = bytes.map((file) => {
      try {
        return this.#wasm.isColoured(file);
      } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) throw error;
        return null; // Whoever learns from it will say why it cannot be read.
      }
    });
    return coloured.filter((one) => one === true).length > coloured.filter((one) => one === false).length;
  }

  /**
   * How ordinary images are to models: the median of their p-values, about 0.5 for images like a model's normal ones.
   * @param {{ models: Blob[], images: Blob[], framing: any }} params @returns {Promise<number[]>}
   */
  async familiarity({ models, images, framing }) {
    const read = await readAll(images);
    const found = [];
    for (const model of models) {
      const bytes = await bytesOf(model);
      found.push(await this.#onCpuIfGpuIsLost((engine) => engine.familiarity(bytes, read.bytes, framing)));
    }
    return found;
  }

  /** What would be done with so many normal images. @param {{ count: number, request: any, base: any }} params base: card of a model to start from */
  recipe({ count, request, base }) {
    return this.#wasm.recipe(count, request, base ?? undefined);
  }

  /** @param {{ pValues: Float64Array, rate: number }} params @returns {number | null} the largest p-value that is flagged */
  discoveryLimit({ pValues, rate }) {
    return this.#wasm.discoveryLimit(pValues, rate) ?? null;
  }

  /** @param {{ normal: Float32Array, anomalous: Float32Array }} params scores of images of which it is known */
  judge({ normal, anomalous }) {
    return this.#wasm.judge(normal, anomalous);
  }

  /** Looks closely at one image. @param {{ image: Blob, which: "base" | "tuned" }} params */
  async explain({ image, which }) {
    const { bytes: [bytes], unreadable: [unreadable] } = await readAll([image]);
    if (unreadable) return { error: unreadable.error };
    return this.#onCpuIfGpuIsLost((engine) => engine.explain(bytes, which));
  }

  async #readNormals(images, normals, run, send) {
    const read = { places: [], unreadable: [] };
    for (const [index, blob] of normals.entries()) {
      if (run.cancelled) break;
      const { bytes: [bytes], unreadable: [unreadable] } = await readAll([blob]);
      try {
        if (unreadable) throw new Error(unreadable.error);
        images.add(bytes);
        read.places.push(index);
      } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) throw error;
        read.unreadable.push({ index, error: String(error?.message ?? error) });
      }
      if (index % READ_EVENTS_EVERY === 0 || index + 1 === normals.length) {
        send({ type: "read", done: index + 1, total: normals.length });
        // Lets a message from the page in.
        await new Promise((resolve) => { setTimeout(resolve); });
      }
    }
    return read;
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
      const done = await this.#onCpuIfGpuIsLost((engine) => work(engine, run));
      return run.cancelled ? null : done;
    } catch (error) {
      if (!run.cancelled) throw error;
      return null;
    } finally {
      this.#run = null;
      run.control.free();
    }
  }

  /** @param {"pause" | "resume" | "stop" | "cancel"} action for the run under way */
  control(action) {
    if (!this.#run) return;
    if (action === "cancel") this.#run.cancelled = true;
    // A paused run would not notice that it is to stop.
    if (action !== "pause") this.#run.control.resume();
    if (action === "pause") this.#run.control.pause();
    if (action === "stop" || action === "cancel") this.#run.control.stop();
  }

  /** What this worker fetched, for the page to tell, and to keep for offline use. */
  resources() {
    return requestsMade();
  }

  async #onCpuIfGpuIsLost(work) {
    try {
      return await work(this.#engine);
    } catch (error) {
      if (this.#engine.backend !== "webgpu" || !/\bGPU\b/.test(error?.message ?? error)) throw error;
      await this.#moveToCpu();
      return work(this.#engine);
    }
  }

  async #moveToCpu() {
    this.#engine.free();
    this.#engine = await this.#wasm.Engine.create("cpu");
    this.#adapter = this.#engine.adapter;
    if (this.#base) await this.#engine.load(await bytesOf(this.#base));
    if (this.#tuned) await this.#engine.loadTuned(await bytesOf(this.#tuned));
    this.#notify({ ...this.#status(""), trouble: text.backend.lost });
  }

  #status(reason) {
    return { backend: this.#engine.backend, adapter: this.#adapter, reason };
  }

  /** All thresholds at once, so that the page's slider never has to wait for this worker. */
  #calibration(which) {
    return this.#engine.calibration(which);
  }
}

async function loadWasm() {
  if (typeof WebAssembly !== "object") throw new Error(text.engine.noWasm);
  if (!WebAssembly.validate(SIMD_MODULE)) throw new Error(text.engine.noSimd);
  try {
    const wasm = await import("./ganomaly.js");
    await wasm.default();
    return wasm;
  } catch (error) {
    throw new Error(text.engine.notLoaded(String(error?.message ?? error)));
  }
}

async function createEngine(wasm, wanted) {
  let reason = "";
  if (wanted === "webgpu") {
    try {
      const adapter = await findAdapter();
      const engine = await inTime(wasm.Engine.create("webgpu"));
      return { engine, adapter: nameOf(adapter) || engine.adapter, reason };
    } catch (error) {
      reason = text.backend.fellBack(String(error?.message ?? error));
    }
  }
  const engine = await wasm.Engine.create("cpu");
  return { engine, adapter: engine.adapter, reason };
}

/** The engine would panic without a GPU object, and says little without an adapter. */
async function findAdapter() {
  if (!navigator.gpu) throw new Error(text.backend.noWebGpu);
  const adapter = await inTime(navigator.gpu.requestAdapter());
  if (!adapter) throw new Error(text.backend.noAdapter);
  return adapter;
}

/** Browsers say as much about the graphics card as they deem harmless. */
function nameOf({ info }) {
  return info?.description || [info?.vendor, info?.architecture].filter(Boolean).join(" ");
}

function inTime(promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(text.backend.tooSlow)), START_TIMEOUT_MS);
  });
  return Promise.race([promise, late]);
}

const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** Reads what can be read; `places` says which image each of the `bytes` is. */
async function readAll(images) {
  const read = { bytes: [], places: [], unreadable: [] };
  for (const [index, image] of images.entries()) {
    try {
      if (image.size > LARGEST_IMAGE_BYTES) throw new Error(text.files.tooLarge);
      // A file can change or vanish after it was chosen: then reading it fails.
      const bytes = await bytesOf(image).catch(() => { throw new Error(text.files.gone); });
      read.bytes.push(bytes);
      read.places.push(index);
    } catch (error) {
      read.unreadable.push({ index, error: error.message });
    }
  }
  return read;
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
