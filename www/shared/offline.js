/** Makes the pages work without a network after the first visit: the service worker makes a copy of them. */
import { requestsMade } from "./requests.js";

/** @typedef {import("./requests.js").Request} Request */

const canBeKept = () => "serviceWorker" in navigator && window.isSecureContext;

/**
 * Starts the workers, so that all that they consist of is there, and has the copy made.
 * @param {(() => Promise<Request[]>)[]} workers each tells what a worker has fetched
 * @returns {Promise<boolean>} whether both pages now work without a network
 */
export async function keepForOffline(workers) {
  const fetched = await Promise.all(workers.map((files) => files().catch(() => [])));
  if (!canBeKept()) return false;
  try {
    await navigator.serviceWorker.register(new URL("./sw.js", document.baseURI));
    const { active } = await navigator.serviceWorker.ready;
    // The first visit was loaded before the service worker was there to see it.
    const used = [...requestsMade(), ...fetched.flat()].map(({ url }) => url);
    return await ask(active, { keep: [...new Set(used)] });
  } catch {
    // Without it, everything works but the offline use.
    return false;
  }
}

/** Whether there is a copy, and a service worker that would serve it. */
export const isKeptForOffline = async () => canBeKept() && navigator.serviceWorker.controller !== null && caches.has("ganomaly");

/** What the service worker has asked the network for. @returns {Promise<Request[]>} */
export async function requestsOfServiceWorker() {
  const worker = canBeKept() ? navigator.serviceWorker.controller : null;
  return worker ? ask(worker, { requests: true }) : [];
}

/** @param {ServiceWorker} worker @param {object} question @returns {Promise<any>} */
function ask(worker, question) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(question, [port2]);
  });
}
