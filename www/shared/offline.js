/** Makes the page work without a network after the first visit: tells the service worker which files were used. */

/** @param {(() => Promise<string[]>)[]} workers each tells which files a worker has fetched */
export async function keepForOffline(workers) {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  try {
    await navigator.serviceWorker.register(new URL("./sw.js", document.baseURI));
    const registration = await navigator.serviceWorker.ready;
    // The first visit was loaded before the service worker was there to see it.
    const used = performance.getEntriesByType("resource").map((entry) => entry.name);
    const fetched = await Promise.all(workers.map((files) => files()));
    const page = document.baseURI.replace(/[?#].*/, "");
    registration.active.postMessage({ keep: [...new Set([page, ...used, ...fetched.flat()])] });
  } catch {
    // Without it, everything works but the offline use.
  }
}
