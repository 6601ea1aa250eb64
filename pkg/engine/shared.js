/** The computing engine that all elements of a page share: one worker, started when the first of them is on the screen. */
import { EngineClient } from "./client.js";

/** @type {{ client: EngineClient, ready: Promise<any> } | null} */
let shared = null;
let names = 0;

/** @returns {string} a name for a model or an experiment that no other element of the page has */
export const newName = () => `element-${++names}`;

/**
 * The engine, started if it is not. The CPU is quick enough for these small networks, and starts at once.
 * @param {"cpu" | "webgpu"} [backend] of the first who asks
 * @returns {Promise<EngineClient>} fails with a sentence if the browser cannot compute
 */
export function engine(backend = "cpu") {
  shared ??= started(backend);
  const { client, ready } = shared;
  return ready.then(() => client);
}

function started(backend) {
  /** @type {(status: any) => void} */ let succeed;
  /** @type {(error: Error) => void} */ let fail;
  const ready = new Promise((resolve, reject) => { succeed = resolve; fail = reject; });
  const client = new EngineClient((status) => succeed(status), (error) => {
    fail(error);
    // Also one that ran for a while may end for good: the next element to ask starts another.
    if (shared?.client === client) shared = null;
  });
  client.start(backend);
  return { client, ready };
}
