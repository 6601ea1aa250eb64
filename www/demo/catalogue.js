/** What the manifest offers, put in order: data sets, then what is normal and what is not, then the method. */
import { isOneClass } from "../pkg/models/card.js";
import { className, text } from "../text/demo.js";

/** How data sets of real defects call what is no defect. */
const NORMAL_CLASSES = ["normal", "good"];

const inOrder = new Intl.Collator("en", { numeric: true }).compare;
const datasetOf = (entry) => entry.card.data.dataset;

/** @param {any[]} manifest @returns {string[]} data sets, the best known first */
export function datasetsIn(manifest) {
  const known = Object.keys(text.datasets);
  const rank = (name) => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...new Set(manifest.map(datasetOf))].sort((a, b) => rank(a) - rank(b) || inOrder(a, b));
}

/** The ids of all methods in the list, in its order. @param {any[]} manifest @returns {string[]} */
export const methodsOf = (manifest) => [...new Set(manifest.map(({ card }) => card.method))];

/** The methods that a data set has models of. @param {any[]} manifest @param {string} dataset */
export const methodsIn = (manifest, dataset) => methodsOf(manifest.filter((entry) => datasetOf(entry) === dataset));

/** The models of a method on a data set, by class. @param {any[]} manifest @param {string} dataset @param {string} method */
export function modelsIn(manifest, dataset, method) {
  return manifest.filter((entry) => datasetOf(entry) === dataset && entry.card.method === method)
    .sort((a, b) => inOrder(taskKey(a), taskKey(b)));
}

/** The model of the other method that was made for the same task, if there is one. */
export function counterpartOf(manifest, entry, method) {
  return modelsIn(manifest, datasetOf(entry), method).find((other) => taskKey(other) === taskKey(entry));
}

const taskKey = ({ card }) => `${isOneClass(card)} ${[...card.data.anomalousClasses].sort(inOrder)}`;

/**
 * The classes that a model is about, and what they are to it.
 * @param {any} card
 * @param {string[]} classes of the data set; empty if they are not known
 * @returns {{ kind: "leftOut" | "onlyNormal" | "defects", classes: string[] }}
 */
export function taskOf(card, classes) {
  const { anomalousClasses } = card.data;
  const normal = classes.filter((name) => !anomalousClasses.includes(name));
  if (normal.some((name) => NORMAL_CLASSES.includes(name))) return { kind: "defects", classes: anomalousClasses };
  if (isOneClass(card) && normal.length > 0) return { kind: "onlyNormal", classes: normal };
  return { kind: "leftOut", classes: anomalousClasses };
}

/** What a model is for, in words. @param {any} entry @param {string[]} classes of its data set; empty if they are not known */
export function titleOf(entry, classes) {
  if (classes.length === 0 && isOneClass(entry.card)) return entry.title;
  const task = taskOf(entry.card, classes);
  return text.models.kinds[task.kind].title(task.classes.map((name) => className(datasetOf(entry), name)));
}

/** A model to begin with: of the best known data set and method, quick to download, and then good. @param {any[]} manifest */
export function firstModel(manifest) {
  const [dataset] = datasetsIn(manifest);
  const [method] = methodsIn(manifest, dataset);
  // The smallest download first; among those of about the same size (100 kB), the one with the best test AUC.
  const size = (entry) => Math.round(entry.bytes / 1e5);
  const auc = (entry) => entry.card.metrics?.auc ?? 0;
  return modelsIn(manifest, dataset, method).sort((a, b) => size(a) - size(b) || auc(b) - auc(a))[0];
}
