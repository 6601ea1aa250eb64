/**
 * Calls across to a worker and back: { id, method, params } there, { id, result } or { id, error } back, { id, event }
 * while it goes on, { cancel: id } to end it early.
 */
import { requestsMade } from "./requests.js";
import { text } from "./text.js";

/**
 * In the worker: answers calls with these methods, several at a time if they come so.
 * @param {Record<string, (params: any, call: { send: (event: any) => void, signal: AbortSignal }) => any>} methods
 */
export function serve(methods) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  const all = { resources: () => requestsMade(), ...methods };
  addEventListener("message", async ({ data: { id, method, params, cancel } }) => {
    if (cancel !== undefined) return running.get(cancel)?.abort();
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const result = await all[method](params, { send: (event) => postMessage({ id, event }), signal: abort.signal });
      postMessage({ id, result });
    } catch (error) {
      postMessage({ id, error: { name: error?.name ?? "Error", message: String(error?.message ?? error) } });
    }
    running.delete(id);
  });
}

/** On the page: a worker that is started when it is first called. */
export class Remote {
  #url;
  #worker = null;
  #calls = new Map();
  #nextId = 1;

  /** @param {URL} url of a module that calls `serve` */
  constructor(url) {
    this.#url = url;
  }

  /**
   * @param {string} method @param {any} [params]
   * @param {{ onEvent?: (event: any) => void, signal?: AbortSignal }} [options]
   * @returns {Promise<any>} fails with an Error of the name that the error had in the worker
   */
  call(method, params, { onEvent = () => {}, signal } = {}) {
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

  #started() {
    if (this.#worker) return this.#worker;
    this.#worker = new Worker(this.#url, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(event.message || text.engine.noWorker));
    };
    return this.#worker;
  }

  #receive({ id, result, error, event }) {
    const call = this.#calls.get(id);
    if (event !== undefined) return call.onEvent(event);
    this.#calls.delete(id);
    if (error) call.reject(Object.assign(new Error(error.message), { name: error.name }));
    else call.resolve(result);
  }

  /** A worker that broke is replaced at the next call. */
  #end(error) {
    this.#worker.terminate();
    this.#worker = null;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(error);
  }
}
