/**
 * The worker: receives { id, method, params }, answers { id, result } or { id, error }, and sends { id, event } while a
 * call runs. What needs the engine is answered one after the other, because it does one thing at a time; only `control`
 * reaches a run that is under way.
 */
import { EngineHost } from "./host.js";

const host = new EngineHost((notice) => postMessage({ notice }));
const METHODS = new Set([
  "start", "load", "loadTuned", "score", "explain", "fineTune", "learn", "areColoured", "familiarity", "recipe", "discoveryLimit", "judge",
  "resources", "release", "trace", "experimentStart", "experimentStep", "experimentWeigh", "experimentLook", "experimentSave", "experimentEnd",
]);
/** These need no engine, so they need not wait for a run to end. */
const AT_ONCE = new Set(["recipe", "discoveryLimit", "judge", "resources"]);
let queue = Promise.resolve();

addEventListener("message", ({ data }) => {
  if (data.method === "control") host.control(data.params.action);
  else if (AT_ONCE.has(data.method)) answer(data);
  else queue = queue.then(() => answer(data));
});

// A panic inside a task of the engine leaves its promise pending for ever: this is the only trace of it.
addEventListener("error", (event) => postMessage({ crash: event.message }));
addEventListener("unhandledrejection", (event) => postMessage({ crash: messageOf(event.reason) }));

async function answer({ id, method, params }) {
  const send = (event) => postMessage({ id, event }, buffersIn(event));
  try {
    if (!METHODS.has(method)) throw new Error(`unknown method ${method}`);
    const result = await host[method](params, send);
    postMessage({ id, result }, buffersIn(result));
  } catch (error) {
    // After a trap the memory of the engine may be in any state: nothing but a new worker is safe.
    if (isTrap(error)) postMessage({ crash: error.message });
    else postMessage({ id, error: messageOf(error) });
  }
}

/** There are browsers without WebAssembly; start.js says so. */
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
