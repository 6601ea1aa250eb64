/**
 * The page's side of the worker. It keeps the weights, so that a worker that died or has to be replaced (another
 * backend, a panic in the engine) is followed by a new one in the same state.
 */
import { Remote } from "../rpc.js";
import { text } from "../text.js";

/** The worker that was to answer is gone. Nothing of its state is lost; the call may be made again. */
export class EngineRestarted extends Error {
  /** @param {boolean} crashed false if the visitor switched the backend */
  constructor(crashed) {
    super(text.engine.crashed);
    this.crashed = crashed;
  }
}

/**
 * @typedef {{ width: number, height: number, rgba: Uint8Array }} Picture
 * @typedef {{ score: number, input: Picture, reconstruction: Picture, difference: Picture }} Scored
 * @typedef {{ scores: Float32Array, thresholds: (number | null)[], origin: number }} Calibration thresholds by whole
 *   per cent, from 0; origin is where scales begin: 0, or the lowest score if that is negative
 *
 * @typedef {object} EngineStatus
 * @property {"webgpu" | "cpu"} backend
 * @property {string} adapter
 * @property {string} reason why it is not the backend that was asked for
 * @property {string} [trouble] what went wrong before this engine took over
 */

export class EngineClient {
  /** @type {Remote | null} */
  #remote = null;
  #ready = Promise.reject(new Error(text.engine.notStarted));
  /** By the model's name: its weights, and those that were fine-tuned from it. @type {Map<string, { base: Blob, tuned: Blob | null }>} */
  #weights = new Map();
  #status = null;
  #booting = null;
  #onStatus;
  #onFailure;

  /**
   * @param {(status: EngineStatus) => void} onStatus after every (re)start
   * @param {(error: Error) => void} onFailure when no engine can be had
   */
  constructor(onStatus, onFailure) {
    this.#onStatus = onStatus;
    this.#onFailure = onFailure;
    this.#ready.catch(() => {});
  }

  /** What it computes on, once it has started. @returns {EngineStatus | null} */
  get status() {
    return this.#status;
  }

  /**
   * Starts a worker, in place of an earlier one, and puts the weights into it.
   * @param {"webgpu" | "cpu"} backend
   */
  start(backend) {
    this.#discard(new EngineRestarted(false));
    this.#begin(backend, "");
  }

  /** @param {Blob} weights @param {string} [model] its name, where a page uses several @returns {Promise<{ card: any, calibration: Calibration }>} */
  async load(weights, model = "") {
    const loaded = await this.call("load", { weights, model });
    this.#weights.set(model, { base: weights, tuned: null });
    return loaded;
  }

  /** The same, whatever backend there is in the end. @param {Blob} weights */
  loadInsisting(weights) {
    return this.#insisting(() => this.load(weights));
  }

  /**
   * What files are, by their paths, if they are a whole data set; see src/data/place.rs.
   * @param {string[]} paths @returns {Promise<{ role: "normal" | "normalTest" | "anomaly" | "mask" | "unknown" | "other", group: string }[]>} nothing if they are none
   */
  sortFiles(paths) {
    return this.#insisting(() => this.call("sortFiles", { paths }));
  }

  /** @param {Blob} weights of a tuned model, put beside the base model @param {string} [model] */
  async loadTuned(weights, model = "") {
    const loaded = await this.call("loadTuned", { weights, model });
    this.#keepTuned(weights, model);
    return loaded;
  }

  /** Forgets a model. @param {string} model */
  async release(model) {
    this.#weights.delete(model);
    await this.call("release", { model });
  }

  /** @param {any} params @param {(event: any) => void} onEvent */
  async fineTune(params, onEvent) {
    const result = await this.call("fineTune", params, onEvent);
    if (result.weights) this.#keepTuned(result.weights, params.model ?? "");
    return result;
  }

  /** @param {any} params @param {(event: any) => void} onEvent */
  async learn(params, onEvent) {
    const result = await this.call("learn", params, onEvent);
    if (result.weights) this.#weights.set(params.model ?? "", { base: result.weights, tuned: null });
    return result;
  }

  /** Reaches a run under way without waiting for it. @param {"pause" | "resume" | "stop" | "cancel"} action */
  control(action) {
    this.#remote?.call("control", { action }).catch(() => {}); // a worker that is gone has no run
  }

  /** Calls a method of the worker; see host.js. @param {string} method @param {any} [params] @param {(event: any) => void} [onEvent] */
  async call(method, params, onEvent) {
    await this.#untilReady();
    return this.#remote.call(method, params, { onEvent });
  }

  /** Ends a worker that does not answer; a new one takes its place. */
  replace() {
    this.start(this.#status?.backend ?? "cpu");
  }

  /** Also if the worker is replaced meanwhile because of another backend: the new one can do it as well. @template T @param {() => Promise<T>} act */
  async #insisting(act) {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof EngineRestarted) || error.crashed) throw error;
      }
    }
  }

  #keepTuned(weights, model) {
    const known = this.#weights.get(model);
    if (known) known.tuned = weights;
  }

  async #untilReady() {
    for (let ready = null; ready !== this.#ready;) {
      ready = this.#ready;
      // Another start may have taken the place of the one that failed.
      await ready.catch((error) => { if (ready === this.#ready) throw error; });
    }
  }

  #begin(backend, trouble) {
    const ready = this.#boot(backend, trouble);
    this.#ready = ready;
    ready.catch((error) => { if (ready === this.#ready) this.#onFailure(error); });
  }

  async #boot(backend, trouble) {
    const remote = new Remote(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }), {
      onCrash: () => this.#crashed(remote), onNotice: (status) => this.#report(status),
    });
    this.#remote = remote;
    this.#booting = remote;
    try {
      const status = await remote.call("start", { backend });
      for (const [model, { base, tuned }] of this.#weights) {
        await remote.call("load", { weights: base, model });
        if (tuned) await remote.call("loadTuned", { weights: tuned, model });
      }
      this.#report({ ...status, trouble });
    } catch (error) {
      const crashed = error instanceof EngineRestarted && error.crashed;
      if (remote !== this.#remote && !crashed) throw error;
      if (crashed && backend === "webgpu") return this.#boot("cpu", text.backend.crashed);
      this.#discard(error);
      throw crashed ? new Error(text.engine.crashedTwice) : error;
    } finally {
      if (this.#booting === remote) this.#booting = null;
    }
  }

  #report(status) {
    this.#status = status;
    this.#onStatus(status);
  }

  #crashed(remote) {
    if (remote !== this.#remote) return;
    const wasBooting = this.#booting === remote;
    this.#discard(new EngineRestarted(true));
    // A lost GPU often ends as a panic: the CPU is the safer place to go on. While starting, #boot sees to it itself.
    if (!wasBooting) this.#begin("cpu", this.#status?.backend === "webgpu" ? text.backend.crashed : text.engine.crashed);
  }

  #discard(error) {
    const remote = this.#remote;
    this.#remote = null;
    remote?.end(error);
  }
}
