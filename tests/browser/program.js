/** The program's module in plain node, for rules that need no page. */
import { readFileSync } from "node:fs";

const WASM = new URL("../../pkg/wasm/", import.meta.url);

/** @type {any} */
export const program = await import(new URL("ganomaly.js", WASM).href);
const exports = await program.default({ module_or_path: readFileSync(new URL("ganomaly_bg.wasm", WASM)) });
exports.__wasm_call_ctors();
