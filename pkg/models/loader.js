/** The models and sample images that come with the library. What could not be had is asked for anew the next time. */
import { bytesOf, sha256 } from "../bytes.js";
import { once } from "../once.js";
import { fetched, fetchSheet } from "./sheet.js";

/** Bundlers look for addresses written like this. */
const weightsAt = (file) => new URL(`../weights/${file}`, import.meta.url);

/** A file that is not what the list of models says. */
export class Damaged extends Error {}

/** What is at hand. @type {() => Promise<{ models: any[], frontEnds?: any[] }>} */
const listed = once(async () => (await fetched(weightsAt("manifest.json"))).json());

/** The models at hand: id, title, file, bytes, sha256 and card of each. @returns {Promise<any[]>} */
export const manifest = async () => (await listed()).models;

/**
 * The weights of a model; fails with Damaged if they are not the ones that the list means.
 * @param {{ file: string, sha256: string }} entry of the manifest @param {Parameters<typeof download>[1]} [options] @returns {Promise<Blob>}
 */
export async function weightsOf(entry, options) {
  const blob = await download(weightsAt(entry.file), options);
  // Browsers offer digests only to pages from https or localhost.
  if (crypto.subtle && (await sha256(await bytesOf(blob))) !== entry.sha256) throw new Damaged();
  return blob;
}

/** The network that the inspector sees images through; fails with Damaged as well. @type {() => Promise<Blob>} */
export const frontEnd = once(async () => {
  const { frontEnds = [] } = await listed();
  if (frontEnds.length === 0) throw new Damaged();
  return weightsOf(frontEnds[0]);
});

/**
 * A file from anywhere.
 * @param {string | URL} address @param {{ signal?: AbortSignal, onProgress?: (bytes: number) => void }} [options] @returns {Promise<Blob>}
 */
export async function download(address, { signal, onProgress = () => {} } = {}) {
  const response = await fetched(address, signal);
  const chunks = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    received += part.value.length;
    onProgress(received);
  }
  return new Blob(chunks);
}

/** One image of each class of a data set, to recognise it by. @param {string} dataset @returns {Promise<import("./sheet.js").Sheet>} */
export const coverOf = (dataset) => fetchSheet(dataset, "covers/");

/** Sample images of a data set. @type {(dataset: string) => Promise<import("./sheet.js").Sheet>} */
export const samplesOf = once((dataset) => fetchSheet(dataset));
