/**
 * What becomes of the files of a whole data set: what their names tell is found out by the engine (src/data/place.rs), and
 * here they are put in their places.
 *
 * @typedef {import("../store.js").Part} Part
 * @typedef {import("../../shared/files.js").NamedFile} NamedFile
 *
 * @typedef {object} Fate it is taken to the part where it was brought, unless something else is said
 * @property {Part} [part] where it is taken
 * @property {"normal" | "anomaly"} [label] what is known of it
 * @property {string} [name] what it is called
 * @property {string} [reason] why it is left out, a key of text.bring.reasons
 *
 * @typedef {NamedFile & { entries: string[] | null }} ListedFile with the names of the files in it, if it is a zip file
 * @typedef {NamedFile & { fate?: Fate, fates?: Map<string, Fate> }} FileToTake a zip file has fates by name
 *
 * @typedef {Awaited<ReturnType<import("../../pkg/engine/client.js").EngineClient["sortFiles"]>>} Sorted
 * @typedef {Sorted[number]["role"]} Role
 */
import { displayName } from "./names.js";

/** @type {Record<Part, Partial<Record<Role, Fate>>>} */
const FATES = {
  normals: {
    normalTest: { part: "images", label: "normal" }, anomaly: { part: "images", label: "anomaly" },
    mask: { reason: "mask" }, unknown: { reason: "unknown" }, other: { reason: "other" },
  },
  images: { mask: { reason: "mask" } },
};

/** The paths of all files, in order; a zip file counts as a folder. @param {ListedFile[]} listed */
export const pathsOf = (listed) => listed.flatMap(({ name, entries }) =>
  entries ? entries.map((entry) => displayName(`${name.replace(/\.zip$/i, "")}/${entry}`)) : [displayName(name)]);

/** Sends each file to its place. @param {ListedFile[]} listed @param {Sorted} sorted of their paths @param {Part} part where they are brought @returns {FileToTake[]} */
export function inPlaces(listed, sorted, part) {
  let at = 0;
  const next = () => FATES[part][sorted[at++].role] ?? {};
  return listed.map(({ entries, ...one }) => (entries ? { ...one, fates: new Map(entries.map((entry) => [entry, next()])) } : { ...one, fate: next() }));
}

/** How many files there are of each role, and of each group in it; of a folder the last two names tell it. @param {Sorted} sorted */
export function countsOf(sorted) {
  /** @type {Map<Role, Map<string, number>>} */
  const groups = new Map();
  for (const { role, group } of sorted) {
    const counts = groups.get(role) ?? new Map();
    const name = group.split("/").slice(-2).join("/");
    groups.set(role, counts.set(name, (counts.get(name) ?? 0) + 1));
  }
  return (/** @type {Role} */ role) => {
    const counts = groups.get(role) ?? new Map();
    return { count: [...counts.values()].reduce((sum, count) => sum + count, 0), groups: [...counts].filter(([name]) => name !== "") };
  };
}
