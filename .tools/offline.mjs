// Writes offline.json into the folder of the finished pages: the files that the service worker keeps, each with a mark of its
// content, which changes when the file does. "always" are the files that the pages need to start; those in "onUse" are
// kept once they have been used.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { firstModel } from "../www/demo/catalogue.js";

const LIST = "offline.json";
/** Files that are not kept: the browser keeps the service worker itself, and the archive is only there to be downloaded. */
const NEVER = new Set([LIST, "sw.js", "_headers", "ganomaly.zip"]);
const LARGE = "weights/";

/** @param {string} folder */
export function writeOfflineList(folder) {
  const headers = readFileSync(path.join(folder, "_headers"));
  // The copy keeps each response with its headers, so a change of the headers changes every mark.
  const mark = (name) => createHash("sha256").update(headers).update(readFileSync(path.join(folder, name))).digest("base64url").slice(0, 16);
  const names = filesIn(folder).filter((name) => !NEVER.has(name) && !name.endsWith("LICENSE"));
  const first = firstWeights(folder);
  const always = names.filter((name) => !name.startsWith(LARGE) || first.includes(name));
  const marked = (some) => Object.fromEntries(some.map((name) => [name, mark(name)]));
  const list = { always: { "./": mark("index.html"), ...marked(always) }, onUse: marked(names.filter((name) => !always.includes(name))) };
  writeFileSync(path.join(folder, LIST), JSON.stringify(list, null, 1));
}

const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
  .sort();

/** The weights that the demo opens with, and the list of models. */
function firstWeights(folder) {
  const manifest = path.join(folder, LARGE, "manifest.json");
  if (!existsSync(manifest)) return [];
  const model = firstModel(JSON.parse(readFileSync(manifest, "utf8")).models);
  return [`${LARGE}manifest.json`, ...(model ? [LARGE + model.file] : [])];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeOfflineList(process.argv[2]);
