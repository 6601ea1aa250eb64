/** Watches whom the browser wants to reach. */
import http from "node:http";
import { until } from "./page.js";

/** What Chromium asks about any page with input fields, whatever the page does. */
const BROWSERS_OWN = /^content-autofill\.googleapis\.com/;

/**
 * A proxy that answers nothing and notes down who was to be reached; the page's own server is not reached through it.
 * @param {import("node:test").TestContext} t
 */
export async function startRecorder(t) {
  /** @type {string[]} */
  const reached = [];
  const note = (url) => { if (!BROWSERS_OWN.test(url)) reached.push(url); };
  const server = http.createServer((request, response) => {
    note(String(request.url));
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    note(String(request.url));
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", () => resolve(undefined)); });
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { reached, server: `http://127.0.0.1:${port}` };
}

/**
 * Resolves when the service worker has kept everything it needs. The page begins to keep a few seconds after it has come,
 * unless its clock is moved on.
 * @param {import("playwright-core").Page} page
 * @param {string[]} needed names of files; the copy's list, offline.json, comes after all that is on it
 */
export const keptForOffline = (page, needed) => until(async () => {
  const names = await page.evaluate(async () => {
    const kept = await caches.open("ganomaly").then((cache) => cache.keys());
    return kept.map((request) => new URL(request.url).pathname.split("/").at(-1));
  });
  return needed.every((name) => names.includes(name));
});
