/** Loading the WebAssembly module and starting an engine on the GPU or the CPU. */
import { text } from "../text.js";

const START_TIMEOUT_MS = 20_000;

/** The smallest module with a SIMD instruction. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** @returns {Promise<any>} the module, ready */
export async function loadWasm() {
  if (typeof WebAssembly !== "object") throw new Error(text.engine.noWasm);
  if (!WebAssembly.validate(SIMD_MODULE)) throw new Error(text.engine.noSimd);
  try {
    const wasm = await import("../wasm/ganomaly.js");
    const exports = await wasm.default();
    exports.__wasm_call_ctors(); // once, see .tools/wasm.sh
    return wasm;
  } catch (error) {
    throw new Error(text.engine.notLoaded(String(error?.message ?? error)));
  }
}

/**
 * @param {any} wasm @param {"webgpu" | "cpu"} wanted
 * @returns {Promise<{ engine: any, adapter: string, reason: string }>} on the CPU, with the reason why, if WebGPU does not work
 */
export async function createEngine(wasm, wanted) {
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
