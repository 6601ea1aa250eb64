/**
 * Service worker: the network first, so that a new version is seen at once; what was fetched before if there is none.
 * It touches nothing but GET requests to its own folder.
 */
const CACHE = "ganomaly";

const isOurs = (url) => url.startsWith(registration.scope);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && isOurs(request.url)) event.respondWith(fromNetworkOrCache(event));
});

addEventListener("message", (event) => {
  if (Array.isArray(event.data.keep)) event.waitUntil(keep(event.data.keep.filter(isOurs)));
});

async function fromNetworkOrCache(event) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    // A full disk must not stand in the way of the answer.
    if (response.status === 200) event.waitUntil(cache.put(request, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw error;
  }
}

async function keep(urls) {
  const cache = await caches.open(CACHE);
  for (const url of urls) {
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}
