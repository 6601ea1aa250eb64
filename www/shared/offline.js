/** Makes the page work without a network after the first visit: tells the service worker which files were used. */

/** @param {import("../engine/client.js").EngineClient} client */
export async function keepForOffline(client) {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  try {
    await navigator.serviceWorker.register(new URL("./sw.js", document.baseURI));
    const registration = await navigator.serviceWorker.ready;
    // The first visit was loaded before the service worker was there to see it.
    const used = performance.getEntriesByType("resource").map((entry) => entry.name);
    const files = [document.baseURI, ...used, ...(await client.call("resources"))];
    registration.active.postMessage({ keep: [...new Set(files)] });
  } catch {
    // Without it, everything works but the offline use.
  }
}
