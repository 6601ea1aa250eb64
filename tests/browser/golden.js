/** Golden numbers, see tests/golden/README.md. */
import { readFileSync } from "node:fs";

/**
 * The tensors of a safetensors file, by name, with their shapes.
 * @param {string} name @returns {Map<string, { dtype: string, shape: number[], data: Uint8Array }>}
 */
export function tensors(name) {
  const bytes = readFileSync(new URL(`../golden/${name}`, import.meta.url));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, start).toString());
  delete header.__metadata__;
  return new Map(Object.entries(header).map(([name, { dtype, shape, data_offsets: [from, to] }]) => [name, { dtype, shape, data: new Uint8Array(bytes.subarray(start + from, start + to)) }]));
}
