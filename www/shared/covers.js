/**
 * Sheets with one image of each class of a data set, to be recognised by:
 *   ganomaly samples --dataset mnist --seed 0 --each 1 --out www/samples/covers
 */
import { fetchSheet } from "../pkg/models/sheet.js";

const coverAt = (file) => new URL(`../pkg/samples/covers/${file}`, import.meta.url);

/**
 * Fetches the covers of some data sets. They are there to be looked at: without them, names have to do.
 * @param {string[]} datasets
 * @param {(cover: import("../pkg/models/sheet.js").Sheet) => void} onCover
 */
export async function fetchCovers(datasets, onCover) {
  await Promise.all(datasets.map((dataset) => fetchSheet(dataset, coverAt).then(onCover).catch(() => {})));
}
