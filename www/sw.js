/**
 * Service worker: the network first, so that a new version is seen at once. Without a network, the pages come from the
 * copy that was made at the last visit with one: a whole version, never a mixture of two. Models and sample images are kept
 * as they are used. It touches nothing but GET requests to its own folder.
 */
const CACHE = "ganomaly";
const LIST = "offline.json"; // written by .tools/offline.mjs
const ON_USE = ["weights/", "samples/"];

const urlOf = (name) => new URL(name, registration.scope).href;
const isOurs = (url) => url.startsWith(registration.scope);
const isKeptOnUse = (url) => ON_USE.some((folder) => url.startsWith(urlOf(folder)));
/** Past the browser's own cache, which may still hold what a server allowed it to keep. */
const fresh = (url) => new Request(url, { cache: "no-cache" });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && isOurs(request.url)) event.respondWith(fromNetworkOrCache(event));
});

addEventListener("message", (event) => {
  const { keep, requests } = event.data;
  if (keep) event.waitUntil(keepAll(keep.filter(isKeptOnUse)).then((complete) => event.ports[0].postMessage(complete)));
  if (requests) event.ports[0].postMessage(performance.getEntriesByType("resource").map(({ name, startTime }) => ({ url: name, time: performance.timeOrigin + startTime, cause: "copy" })));
});

async function fromNetworkOrCache(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    // A full disk must not stand in the way of the answer.
    if (response.status === 200 && isKeptOnUse(request.url)) event.waitUntil(keepResponse(request, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw error;
  }
}

async function keepResponse(request, response) {
  const cache = await caches.open(CACHE);
  await cache.put(request, response);
}

let turn = Promise.resolve(true);

/** One after the other, if several tabs ask. @param {string[]} used @returns {Promise<boolean>} whether the copy is complete */
function keepAll(used) {
  turn = turn.then(async () => {
    await keepUsed(used);
    return update().catch(() => false);
  });
  return turn;
}

/** What was used before this worker was there to see it. */
async function keepUsed(urls) {
  const cache = await caches.open(CACHE);
  for (const url of urls) {
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}

/** Fetches what has changed since the copy was made: all of it, or nothing is replaced. */
async function update() {
  const cache = await caches.open(CACHE);
  const response = await fetch(fresh(urlOf(LIST)));
  const now = await response.clone().json();
  const before = await cache.match(urlOf(LIST)).then((list) => list?.json() ?? { always: {}, onUse: {} });
  const kept = new Set((await cache.keys()).map((request) => request.url));
  const wanted = { ...Object.fromEntries(Object.entries(now.onUse).filter(([name]) => kept.has(urlOf(name)))), ...now.always };
  const known = { ...before.onUse, ...before.always };
  const changed = Object.keys(wanted).filter((name) => !kept.has(urlOf(name)) || known[name] !== wanted[name]);
  await cache.addAll(changed.map((name) => fresh(urlOf(name))));
  await cache.put(urlOf(LIST), response);
  const gone = Object.keys(before.always).filter((name) => !(name in wanted));
  await Promise.all(gone.map((name) => cache.delete(urlOf(name))));
  return true;
}
