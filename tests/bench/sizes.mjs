/**
 * What each image format costs in the WebAssembly module: the code of the functions that are its own by their names, and of all
 * functions, in kB, in the module that cargo built last, before wasm-opt. Constants are left out. A function whose name has two
 * formats counts for both; LZW, which TIFF and GIF share, counts for TIFF.
 *
 *     node tests/bench/sizes.mjs [FILE]     # target/web/wasm32-unknown-unknown/release/ganomaly.wasm
 */
import { readFileSync } from "node:fs";

const { CARGO_TARGET_DIR = "target" } = process.env;
const FILE = `${CARGO_TARGET_DIR}/web/wasm32-unknown-unknown/release/ganomaly.wasm`;

/** By what their functions' names have in them. @type {[string, RegExp][]} */
const FORMATS = [
  ["PNG", /\bpng::|\bfdeflate::|\bminiz_oxide::|\bflate2::/],
  ["JPEG", /\bjpeg_decoder::|image::jpeg::/],
  ["TIFF", /\btiff::|\bweezl::|\bfax::/],
  ["WebP", /\bimage_webp::|codecs::webp::/],
  ["GIF", /\bgif::|\bcolor_quant::/],
  ["DICOM", /image::dicom::/],
  ["BMP", /\bbmp::/],
  ["PNM", /\bpnm::/],
];

const CUSTOM = 0;
const IMPORTS = 2;
const CODE = 10;

/** Goes through a part of a module, number by number. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isOver() {
    return this.at >= this.bytes.length;
  }

  number() {
    let [value, shift, byte] = [0, 1, 0];
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      shift *= 128;
    } while (byte & 128);
    return value;
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return Buffer.from(this.take(this.number())).toString();
  }
}

/** @param {Reader} reader */
function importedFunctions(reader) {
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.text();
    reader.text();
    const kind = reader.number();
    if (kind === 0) functions += 1;
    if (kind === 1 || kind === 3) reader.number(); // the type of a table's elements, or of a global
    if (kind === 1 || kind === 2) {
      const hasMost = reader.number() & 1;
      reader.number();
      if (hasMost) reader.number();
    } else {
      reader.number();
    }
  }
  return functions;
}

/** @param {Uint8Array} bytes */
function functionsOf(bytes) {
  const [sizes, names] = [/** @type {number[]} */ ([]), new Map()];
  let imported = 0;
  const module = new Reader(bytes.subarray(8));
  while (!module.isOver) {
    const id = module.number();
    const section = new Reader(module.take(module.number()));
    if (id === IMPORTS) imported = importedFunctions(section);
    if (id === CODE) {
      for (let left = section.number(); left > 0; left--) {
        const length = section.number();
        section.take(length);
        sizes.push(length);
      }
    }
    if (id !== CUSTOM || section.text() !== "name") continue;
    while (!section.isOver) {
      const kind = section.number();
      const part = new Reader(section.take(section.number()));
      if (kind !== 1) continue; // names of functions
      for (let left = part.number(); left > 0; left--) names.set(part.number(), part.text());
    }
  }
  return sizes.map((size, index) => ({ size, name: pathIn(names.get(imported + index) ?? "") }));
}

/** The path in a name as the compiler writes it: each part after its length, `..` within a part for `::`. @param {string} name */
function pathIn(name) {
  const parts = [];
  for (let rest = name.replace(/^_ZN/, ""); /^\d/.test(rest);) {
    const [digits] = /^\d+/.exec(rest);
    const end = digits.length + Number(digits);
    parts.push(rest.slice(digits.length, end));
    rest = rest.slice(end);
  }
  return parts.join("::").replaceAll("..", "::").replace(/\$\w+\$/g, " ");
}

const functions = functionsOf(readFileSync(process.argv[2] ?? FILE));
const sum = (wanted) => functions.filter(({ name }) => wanted.test(name)).reduce((total, { size }) => total + size, 0);
for (const [name, wanted] of FORMATS) console.log(`${name.padEnd(6)} ${(sum(wanted) / 1000).toFixed(0).padStart(6)} kB`);
console.log(`${"all".padEnd(6)} ${(sum(/^/) / 1000).toFixed(0).padStart(6)} kB of code`);
