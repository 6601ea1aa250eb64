// Packs a folder as a zip file: node .tools/zip.mjs FOLDER FILE. In the zip file everything lies in a folder of the same name.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

configure({ useWebWorkers: false });

/** A fixed date, the first that a zip file can hold, so that the same content gives the same file. */
const DATE = new Date(1980, 0, 1);

const [folder, file] = process.argv.slice(2);
const zip = new ZipWriter(new Uint8ArrayWriter(), { lastModDate: DATE, extendedTimestamp: false });
const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name)).sort();
for (const name of names) {
  const inside = path.join(path.basename(folder), path.relative(folder, name)).split(path.sep).join("/");
  await zip.add(inside, new Uint8ArrayReader(readFileSync(name)));
}
writeFileSync(file, await zip.close());
