/**
 * Service worker: the network first, so that a new version is seen at once. Without a network, the pages come from the
 * copy that was made at the last visit with one: a whole version, never a mixture of two. A page that began with the copy
 * goes on with it; one that began with the network is given the copy only once that is of the same version. Models and
 * sample images are kept as they are used. It touches nothing but GET requests to its own folder.
 */
const CACHE = "ganomaly";
const LIST = "offline.json"; // written by .tools/offline.mjs
const ON_USE = ["pkg/weights/", "pkg/samples/"];

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
  if (keep) event.waitUntil(keepFor(event.source.id, keep.filter(isKeptOnUse)).then((complete) => event.ports[0].postMessage(complete)));
  if (requests) event.ports[0].postMessage(performance.getEntriesByType("resource").map(({ name, startTime }) => ({ url: name, time: performance.timeOrigin + startTime, cause: "copy" })));
});

/**
 * Where pages and their workers began; "same" is the network, of which there is a copy by now. The browser may end this
 * worker and with it what it knows: by then a page has long fetched what it consists of.
 * @type {Map<string, "copy" | "network" | "same">}
 */
const origins = new Map();

async function fromNetworkOrCache(event) {
  const { request, clientId, resultingClientId } = event;
  const origin = request.mode === "navigate" ? undefined : origins.get(clientId);
  const [began, response] = origin === "copy" ? ["copy", await fromCopy(request)] : await fromEither(request, origin !== "network");
  // A page, or a worker, which goes on as the page did that it belongs to.
  if (resultingClientId) origins.set(resultingClientId, origin ?? began);
  // A full disk must not stand in the way of the answer.
  if (began === "network" && response.status === 200 && isKeptOnUse(request.url)) event.waitUntil(keepResponse(request, response.clone()).catch(() => {}));
  return response;
}

/** @returns {Promise<["copy" | "network", Response]>} */
async function fromEither(request, mayBeCopy) {
  try {
    return ["network", await fetch(request, { cache: "no-cache" })];
  } catch (error) {
    if (!mayBeCopy) throw error;
    return ["copy", await fromCopy(request)];
  }
}

/** From the copy, if it is whole. Hosts may call a page by its name without the ending. */
async function fromCopy(request) {
  const cache = await caches.open(CACHE);
  const url = request.mode === "navigate" ? request.url.replace(/[?#].*/, "") : request.url;
  const isWhole = (await cache.match(urlOf(LIST))) !== undefined;
  const kept = isWhole ? (await cache.match(url)) ?? (await cache.match(`${url}.html`)) : undefined;
  return kept ?? Response.error();
}

async function keepResponse(request, response) {
  const cache = await caches.open(CACHE);
  await cache.put(request, response);
}

let turn = Promise.resolve(true);

async function keepFor(client, used) {
  const isComplete = await keepAll(used);
  if (isComplete && origins.get(client) === "network") origins.set(client, "same");
  return isComplete;
}

/** One after the other, if several tabs ask. @param {string[]} used @returns {Promise<boolean>} whether the copy is complete */
function keepAll(used) {
  turn = turn.then(() => keepUsed(used)).then(update).catch(() => false);
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
  const fetched = await Promise.all(changed.map(async (name) => [urlOf(name), await whole(urlOf(name))]));
  // Without its list the copy is not taken for whole, should this be cut short.
  if (fetched.length > 0) await cache.delete(urlOf(LIST));
  for (const [url, one] of fetched) await cache.put(url, one);
  await cache.put(urlOf(LIST), response);
  const needed = new Set([LIST, ...Object.keys(wanted)].map(urlOf));
  await Promise.all([...kept].filter((url) => !needed.has(url) && !isKeptOnUse(url)).map((url) => cache.delete(url)));
  return true;
}

/** All of a file. One that a host has redirected would be refused when it is opened as a page: it is kept as if it had not been. */
async function whole(url) {
  const response = await fetch(fresh(url));
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Response(await response.blob(), { status: response.status, headers: response.headers });
}
