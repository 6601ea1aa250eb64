/**
 * Calls across to a worker and back. A worker exposes an object: all its public methods can be called, each as
 * method(params, call). On the wire: { id, method, params } there, { id, result } or { id, error } back, { id, event } while it
 * goes on, { cancel: id } to end it early; { notice } and { crash } belong to no call.
 */
import { requestsMade } from "./requests.js";
import { text } from "./text.js";

/**
 * @typedef {{ send: (event: any) => void, signal: AbortSignal }} Call what a method gets beside its parameters: a way to tell how far it
 *   is, and whether it is still wanted
 */

/** Marks a method that does not wait its turn, where calls are answered in turn. @template {Function} T @param {T} method @returns {T} */
export const atOnce = (method) => Object.assign(method, { isAtOnce: true });

/** Tells the page something outside of any call. @param {any} notice */
export const notify = (notice) => postMessage({ notice });

/** Tells the page that this worker is of no more use. @param {any} error */
export const crash = (error) => postMessage({ crash: messageOf(error) });

/**
 * In the worker: answers calls with the methods of an object.
 * @param {object} target @param {{ inTurn?: boolean }} [options] whether one call waits for the one before
 */
export function serve(target, { inTurn = false } = {}) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  let queue = Promise.resolve();

  const answer = async (method, { id, params }) => {
    const abort = new AbortController();
    running.set(id, abort);
    const send = (event) => postMessage({ id, event }, { transfer: buffersIn(event) });
    try {
      const result = await method.call(target, params, { send, signal: abort.signal });
      postMessage({ id, result }, { transfer: buffersIn(result) });
    } catch (error) {
      // After a trap the memory of the module may be in any state: nothing but a new worker is safe.
      if (isTrap(error)) crash(error);
      else postMessage({ id, error: { name: error?.name ?? "Error", message: messageOf(error) } });
    }
    running.delete(id);
  };

  addEventListener("message", ({ data }) => {
    if (data.cancel !== undefined) return running.get(data.cancel)?.abort();
    const method = data.method === "resources" ? requestsOfWorker : methodOf(target, data.method);
    if (inTurn && !method.isAtOnce) queue = queue.then(() => answer(method, data));
    else answer(method, data);
  });
}

/** Every worker tells what it has fetched. */
const requestsOfWorker = atOnce(() => requestsMade());

function methodOf(target, name) {
  const method = name in Object.prototype ? undefined : target[name];
  return typeof method === "function" ? method : () => { throw new Error(`unknown method ${name}`); };
}

/** There are browsers without WebAssembly. */
const isTrap = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

const messageOf = (error) => String(error?.message ?? error);

/** The pixel buffers of pictures, to be handed over instead of copied. */
function buffersIn(value, found = new Set()) {
  if (value?.rgba instanceof Uint8Array) found.add(value.rgba.buffer);
  else if (Array.isArray(value) || value?.constructor === Object) {
    for (const part of Object.values(value)) buffersIn(part, found);
  }
  return [...found];
}

/** On the page: a worker that is started when it is first called. */
export class Remote {
  #make;
  #worker = null;
  #calls = new Map();
  #nextId = 1;
  #onCrash;
  #onNotice;

  /**
   * @param {() => Worker} make starts a worker whose module calls `serve`; bundlers look for its address where it is made
   * @param {{ onCrash?: (error: Error) => void, onNotice?: (notice: any) => void }} [hooks] without onCrash the calls under way fail,
   *   and the next one starts another worker
   */
  constructor(make, { onCrash = (error) => this.end(error), onNotice = () => {} } = {}) {
    this.#make = make;
    this.#onCrash = onCrash;
    this.#onNotice = onNotice;
  }

  /**
   * @param {string} method @param {any} [params]
   * @param {{ onEvent?: (event: any) => void, signal?: AbortSignal }} [options]
   * @returns {Promise<any>} fails with an Error of the name that the error had in the worker
   */
  call(method, params = {}, { onEvent = () => {}, signal } = {}) {
    const worker = this.#started();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, onEvent });
      signal?.addEventListener("abort", () => worker.postMessage({ cancel: id }));
      worker.postMessage({ id, method, params });
    });
  }

  /** What the worker has fetched; starts it. @returns {Promise<import("./requests.js").Request[]>} */
  resources() {
    return this.call("resources");
  }

  /** Ends the worker; whoever waits for an answer gets the error. @param {Error} error */
  end(error) {
    this.#worker?.terminate();
    this.#worker = null;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(error);
  }

  #started() {
    if (this.#worker) return this.#worker;
    const worker = this.#make();
    worker.onmessage = ({ data }) => { if (worker === this.#worker) this.#receive(data); };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#onCrash(new Error(event.message || text.engine.noWorker));
    };
    this.#worker = worker;
    return worker;
  }

  #receive({ id, result, error, event, notice, crash }) {
    if (crash !== undefined) return this.#onCrash(new Error(crash));
    if (notice !== undefined) return this.#onNotice(notice);
    const call = this.#calls.get(id);
    if (event !== undefined) return call.onEvent(event);
    this.#calls.delete(id);
    if (error) call.reject(Object.assign(new Error(error.message), { name: error.name }));
    else call.resolve(result);
  }
}
