/** Makes the pages work without a network after the first visit: the service worker makes a copy of them. */
import { requestsMade } from "../pkg/requests.js";

/** @typedef {import("../pkg/requests.js").Request} Request */

/** So long the copy may take, on a slow line; browsers do not let a service worker go on for longer. */
const COPY_MS = 5 * 60_000;
const ANSWER_MS = 10_000;

const canBeKept = () => "serviceWorker" in navigator && window.isSecureContext;

/**
 * Starts the workers, so that all that they consist of is there, and has the copy made.
 * @param {(() => Promise<Request[]>)[]} workers each tells what a worker has fetched
 * @returns {Promise<boolean>} whether the pages now work without a network
 */
export async function keepForOffline(workers) {
  const fetched = await Promise.all(workers.map((files) => files().catch(() => [])));
  if (!canBeKept()) return false;
  try {
    await navigator.serviceWorker.register(new URL("./sw.js", document.baseURI));
    const { active } = await navigator.serviceWorker.ready;
    // The first visit was loaded before the service worker was there to see it.
    const used = [...requestsMade(), ...fetched.flat()].map(({ url }) => url);
    return await ask(active, { keep: [...new Set(used)] }, COPY_MS);
  } catch {
    // Without it, everything works but the offline use.
    return false;
  }
}

/** What the service worker has asked the network for. @returns {Promise<Request[]>} */
export async function requestsOfServiceWorker() {
  const worker = canBeKept() ? navigator.serviceWorker.controller : null;
  return worker ? ask(worker, { requests: true }, ANSWER_MS) : [];
}

/** The page's own response in the copy, with its headers; hosts may call a page by its name without the ending. @returns {Promise<Response | undefined>} */
export async function copyOfThisPage() {
  if (!canBeKept() || !navigator.serviceWorker.controller) return undefined;
  const url = document.baseURI.replace(/[?#].*/, "");
  return (await caches.match(url)) ?? caches.match(`${url}.html`);
}

/** The service worker may have been ended, and never answer. @param {ServiceWorker} worker @param {object} question @param {number} patience in milliseconds @returns {Promise<any>} */
function ask(worker, question, patience) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => reject(new Error("no answer")), patience);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.postMessage(question, [port2]);
  });
}
