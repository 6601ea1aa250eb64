/** Which images are shown, and in which order: ten thousand of them without holding the page up. */
import { language } from "../../text/common.js";
import { filtered, Pieces, sorted } from "./pieces.js";
import { verdictOf } from "./ruling.js";

/**
 * @typedef {import("../project.js").CheckedImage} CheckedImage
 * @typedef {"all" | "flagged" | "normal" | "unreadable" | "unreviewed" | "reviewed" | "accepted" | "rejected"} Filter
 * @typedef {"name" | "score" | "pValue" | "verdict" | "review" | "note" | "brought"} Sort
 * @typedef {{ filter: Filter, search: string, sort: Sort, descending: boolean }} Wish
 * @typedef {Record<Filter, number> & { waiting: number, flaggedReviewed: number }} Counts
 */

const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
const VERDICTS = ["anomaly", "normal", "unreadable", ""];
const REVIEWS = ["rejected", "accepted", ""];

/** What an image is sorted by; null comes last, whichever way. @type {Record<Exclude<Sort, "brought">, (image: CheckedImage, limit: any) => string | number | null>} */
const KEYS = {
  name: (image) => image.name,
  score: (image) => image.score,
  pValue: (image) => image.pValue,
  verdict: (image, limit) => VERDICTS.indexOf(verdictOf(image, limit)),
  review: (image) => REVIEWS.indexOf(image.review),
  note: (image) => image.note || null,
};

/** Each filter but "all". @type {[Filter, (image: CheckedImage, verdict: string) => boolean][]} */
const FILTERS = [
  ["flagged", (_, verdict) => verdict === "anomaly"],
  ["normal", (_, verdict) => verdict === "normal"],
  ["unreadable", (_, verdict) => verdict === "unreadable"],
  ["unreviewed", (image) => image.review === ""],
  ["reviewed", (image) => image.review !== ""],
  ["accepted", (image) => image.review === "accepted"],
  ["rejected", (image) => image.review === "rejected"],
];

/**
 * @param {CheckedImage[]} images @param {number | null | undefined} limit @param {Wish} wish @param {AbortSignal} [signal]
 * @returns {Promise<CheckedImage[]>}
 */
export async function arrange(images, limit, { filter, search, sort, descending }, signal) {
  const pieces = new Pieces(signal);
  const wanted = search.trim().toLocaleLowerCase(language);
  const suits = FILTERS.find(([name]) => name === filter)?.[1] ?? (() => true);
  const passes = (image) => suits(image, verdictOf(image, limit)) && (wanted === "" || image.name.toLocaleLowerCase(language).includes(wanted));
  const kept = await filtered(images, passes, pieces);
  if (sort === "brought") return descending ? kept.reverse() : kept;
  const keyed = kept.map((image) => ({ image, key: KEYS[sort](image, limit) }));
  return (await sorted(keyed, (a, b) => compare(a.key, b.key, descending), pieces)).map(({ image }) => image);
}

function compare(a, b, descending) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === "string" ? collator.compare(a, b) : a - b;
  return descending ? -order : order;
}

/** How many images pass each filter. @param {CheckedImage[]} images @returns {Promise<Counts>} */
export async function count(images, limit, signal) {
  const pieces = new Pieces(signal);
  const counts = /** @type {any} */ (Object.fromEntries([...FILTERS.map(([name]) => [name, 0]), ["waiting", 0], ["flaggedReviewed", 0]]));
  for (const image of images) {
    const verdict = verdictOf(image, limit);
    for (const [name, passes] of FILTERS) if (passes(image, verdict)) counts[name] += 1;
    if (image.score === null && image.error === undefined) counts.waiting += 1;
    if (verdict === "anomaly" && image.review !== "") counts.flaggedReviewed += 1;
    if (pieces.isDue) await pieces.pause();
  }
  return { all: images.length, ...counts };
}
