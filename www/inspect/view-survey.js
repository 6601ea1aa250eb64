/** The questions about what was brought: a whole data set, or a project file. */
import { el } from "../pkg/dom.js";
import { text } from "../text/inspect.js";
import { choose } from "./ask.js";

const words = text.bring.set;

/**
 * @param {ReturnType<typeof import("./intake/sorting.js").countsOf>} counts @param {number} all files @param {AbortSignal} signal
 * @returns {Promise<string>} "sort", "all" (all are normal images), or "" for neither
 */
export function askAboutSet(counts, all, signal) {
  const [normal, normalTest, anomaly, mask, unknown, other] = /** @type {const} */ (["normal", "normalTest", "anomaly", "mask", "unknown", "other"]).map(counts);
  const lines = [
    [normal, words.normal], [normalTest, words.normalTest], [anomaly, words.anomalies], [mask, words.masks], [unknown, words.unknown], [other, words.others],
  ].filter(([{ count }]) => count > 0).map(([{ count, groups }, line]) => el("li", {}, line(count, groups)));
  const left = mask.count + unknown.count + other.count;
  const body = [
    el("p", {}, words.lead), el("ul", {}, ...lines),
    el("p", {}, [words.learnt(normal.count), words.checked(normalTest.count + anomaly.count), words.left(left)].filter(Boolean).join(" ")),
    el("p", {}, words.warning(anomaly.count, mask.count)),
  ];
  return choose({ title: words.title, body, choices: { sort: words.sort, all: words.all(all) } }, signal);
}

/**
 * @param {{ part: import("./store.js").Part, names: string[], project: import("./project.js").Project | null, count: number, isAlone: boolean }} found
 *   count: images that can be taken; isAlone: nothing else was brought
 * @param {AbortSignal} signal
 * @returns {Promise<string>} "open", "leave" (leave it out), "take" (take its images), or "" for none of them
 */
export function askAboutProject({ part, names, project, count, isAlone }, signal) {
  const { title, inIt, among, open, leave, take, opening } = text.bring.project;
  const body = isAlone ? [...(project ? [inIt(project.name, text.projects.contents(shortOf(project)))] : []), opening] : [among(names)];
  const choices = { ...(isAlone ? { open } : { leave }), ...(count > 0 ? { take: take[part](count) } : {}) };
  return choose({ title: title(names.length), body: body.map((sentence) => el("p", {}, sentence)), choices }, signal);
}

const shortOf = ({ normals, images, model }) => ({ normals: normals.length, images: images.length, hasModel: model !== null });
