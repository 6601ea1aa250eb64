/** Watches whom the browser wants to reach. */
import http from "node:http";

/** What Chromium asks about any page with input fields, whatever the page does. */
const BROWSERS_OWN = /^content-autofill\.googleapis\.com/;

/** So often in a row nothing new may come before all is taken to be there. */
const CALM_LOOKS = 5;

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
 * Resolves when the service worker has kept everything it needs.
 * @param {import("playwright-core").Page} page
 * @param {string[]} needed names of files
 */
export async function keptForOffline(page, needed) {
  for (let calm = 0, names = []; calm < CALM_LOOKS;) {
    const before = names.length;
    names = await page.evaluate(async () => {
      const kept = await caches.open("ganomaly").then((cache) => cache.keys());
      return kept.map((request) => new URL(request.url).pathname.split("/").at(-1));
    });
    calm = names.length === before && needed.every((name) => names.includes(name)) ? calm + 1 : 0;
    await page.waitForTimeout(200);
  }
}
