/**
 * The files that were brought, one after the other, those inside of zip files too, each with a way to read it when its
 * turn comes. Nothing here holds more than one file's bytes, whatever a zip file claims or hides.
 */
import { bytesOf } from "../../pkg/bytes.js";
import { LIMITS } from "../../pkg/rules.js";
import { BlobReader, configure, ZipReader } from "../../vendor/zip.js";
import { Collector } from "./bytes.js";
import { decodeName, displayName, isLitter } from "./names.js";
import { HEAD_BYTES, isWhole, kindOf, sniff } from "./sniff.js";

configure({ useWebWorkers: false });

export const MOST_ENTRIES = 100_000;
/** What a zip file may inflate to: so many times its own size, but never more than this, and always at least that. */
const HIGHEST_RATIO = 100;
const MOST_INFLATED_BYTES = 64 * 2 ** 30;
const FEWEST_INFLATED_BYTES = 256 * 2 ** 20;
/** Ways to compress that the browser unpacks: not at all, and Deflate. */
const UNPACKED_METHODS = [0, 8];
/** The others that are met, as keys of text.bring.reasons. */
const OTHER_METHODS = { 9: "deflate64", 12: "bzip2", 14: "lzma" };
/** As large as the engine decodes in colour. */
const LARGEST_AREA = LIMITS.decoded / 3;

/** Why a file is left out; `reason` is a key of text.bring.reasons. */
export class LeftOut extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {File | null} file where there is one on the visitor's disk
 * @property {import("./sorting.js").Fate} fate
 * @property {() => Promise<Uint8Array<ArrayBuffer>>} read fails with LeftOut
 *
 * @param {import("./sorting.js").FileToTake[]} files
 * @param {{ leaveOut: (name: string, reason: string) => void, moreToCome: (count: number) => void, done: () => void }} report
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Candidate>}
 */
export async function* candidates(files, report, signal) {
  for (const { name, file, fate = {}, fates } of files) {
    if (signal.aborted) return;
    if (isLitter(name)) {
      report.done();
      continue;
    }
    if (fate.reason) {
      report.leaveOut(displayName(name), fate.reason);
      continue;
    }
    const head = await bytesOf(file.slice(0, HEAD_BYTES)).catch(() => null);
    if (head && kindOf(head) === "zip") yield* entriesOf({ name, file, fateOf: (entry) => (fates ? fates.get(entry) : fate) }, report, signal);
    else yield { name: displayName(name), file, fate, read: () => readFile(file, head) };
  }
}

/** The names of the files in a zip file, as far as they can be read; null if it is none. @param {Blob} file @returns {Promise<string[] | null>} */
export async function namesIn(file) {
  const head = await bytesOf(file.slice(0, HEAD_BYTES)).catch(() => null);
  if (!head || kindOf(head) !== "zip") return null;
  const reader = zipReader(file);
  const names = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (names.length >= MOST_ENTRIES) break;
      if (isFile(entry)) names.push(entry.filename);
    }
  } catch {
    // What is wrong with it is told when it is taken in.
  }
  await reader.close().catch(() => {});
  return names;
}

const isFile = (entry) => !entry.directory && !isLitter(entry.filename);

/** Names that climb do no harm: they are only shown. */
const zipReader = (file) => new ZipReader(new BlobReader(file), { filenameValidation: "tolerant", decodeText: decodeName });

/** The media type of an image that can be used; fails with LeftOut. @param {Uint8Array} bytes */
export function typeOf(bytes) {
  const { kind, type, width, height } = sniff(bytes);
  if (kind !== "image") throw new LeftOut(kind);
  if (width > LIMITS.side || height > LIMITS.side || width * height > LARGEST_AREA) throw new LeftOut("tooManyPixels");
  if (!isWhole(bytes)) throw new LeftOut("damaged");
  return type;
}

/** How many bytes the entries of a zip file may inflate to in all. @param {Blob} file */
export const inflationBudget = (file) => ({ left: Math.min(Math.max(file.size * HIGHEST_RATIO, FEWEST_INFLATED_BYTES), MOST_INFLATED_BYTES) });

async function readFile(file, head) {
  if (!head) throw new LeftOut("gone");
  refuseByKind(head);
  if (file.size > LIMITS.image) throw new LeftOut("tooLarge");
  // A file can change or vanish between choosing and reading.
  return bytesOf(file).catch(() => { throw new LeftOut("gone"); });
}

/** Reading stops at the first bytes of what is no image: a film may be long. */
function refuseByKind(head) {
  const kind = kindOf(head);
  if (kind !== "image") throw new LeftOut(kind === "zip" ? "nestedZip" : kind);
}

/** Entries without a fate are passed over. */
async function* entriesOf({ name, file, fateOf }, report, signal) {
  const reader = zipReader(file);
  const budget = inflationBudget(file);
  let entries = 0;
  const onprogress = async (index, count) => { if (index === 1) report.moreToCome(Math.min(count, MOST_ENTRIES) - 1); };
  try {
    for await (const entry of reader.getEntriesGenerator({ onprogress })) {
      if (signal.aborted) return;
      if (++entries > MOST_ENTRIES) throw new LeftOut("tooManyEntries");
      if (budget.left <= 0) throw new LeftOut("inflatesTooMuch");
      const fate = isFile(entry) ? fateOf(entry.filename) : undefined;
      if (!fate) report.done();
      else yield { name: fate.name ?? displayName(entry.filename), file: null, fate, read: () => readEntry(entry, budget, signal) };
    }
    if (entries === 0) report.leaveOut(displayName(name), "empty");
  } catch (error) {
    report.leaveOut(displayName(name), error instanceof LeftOut ? error.reason : "zipDamaged");
  } finally {
    await reader.close().catch(() => {});
  }
}

/** What a zip file says of an entry's size is no more than a claim: the bytes are counted as they come. */
async function readEntry(entry, budget, signal) {
  if (entry.encrypted) throw new LeftOut("encrypted");
  if (!UNPACKED_METHODS.includes(entry.compressionMethod)) throw new LeftOut(OTHER_METHODS[entry.compressionMethod] ?? "otherMethod");
  const collected = new Collector((length, part) => {
    budget.left -= part.length;
    if (length === part.length) refuseByKind(part.subarray(0, HEAD_BYTES));
    if (length > LIMITS.image) throw new LeftOut("tooLarge");
    if (budget.left <= 0) throw new LeftOut("inflatesTooMuch");
  });
  try {
    await entry.getData(collected.writable, { signal, checkSignature: true });
  } catch (error) {
    throw collected.refusal ?? (signal.aborted ? error : new LeftOut("damaged"));
  }
  return collected.bytes();
}
