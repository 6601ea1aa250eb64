// Prints the modules that some modules need, themselves included, by following relative imports and the addresses of
// workers: node .tools/imports.mjs FOLDER MODULE...   What the package takes of the site is found by this.
import { readFileSync } from "node:fs";
import path from "node:path";

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|new Worker\(new URL\()"(\.[^"]+\.js)"/g;

/** @param {string} folder @param {string[]} starts names in it @returns {string[]} */
export function modulesNeeded(folder, starts) {
  const found = new Set(starts);
  for (const name of found) { // grows while it is gone through
    const source = readFileSync(path.join(folder, name), "utf8").replaceAll(/import\("[^"]*"\)\./g, ""); // types in comments
    for (const [, other] of source.matchAll(IMPORT)) found.add(path.posix.join(path.posix.dirname(name), other));
  }
  return [...found].sort();
}

const [folder, ...starts] = process.argv.slice(2);
console.log(modulesNeeded(folder, starts).join("\n"));
