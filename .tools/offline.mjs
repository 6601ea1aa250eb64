// Writes offline.json into the finished pages' folder: which files the service worker keeps, and a mark of each one's
// content, by which it sees what has changed. "always" is what both pages need to start; "onUse" is kept once it was used.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { firstModel } from "../www/demo/catalogue.js";

const LIST = "offline.json";
/** The browser itself keeps the service worker, and the archive is for taking away. */
const NEVER = new Set([LIST, "sw.js", "_headers", "ganomaly.zip"]);
const LARGE = "weights/";

/** @param {string} folder */
export function writeOfflineList(folder) {
  const headers = readFileSync(path.join(folder, "_headers"));
  // A response is kept with its headers.
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

/** What the demo begins with. */
function firstWeights(folder) {
  const manifest = path.join(folder, LARGE, "manifest.json");
  if (!existsSync(manifest)) return [];
  const model = firstModel(JSON.parse(readFileSync(manifest, "utf8")).models);
  return [`${LARGE}manifest.json`, ...(model ? [LARGE + model.file] : [])];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeOfflineList(process.argv[2]);
