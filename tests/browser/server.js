/** A static server for the finished page, as any host would serve it, with the headers that it asks for and a few ways of making trouble. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { headersIn } from "./headers.js";

const TYPES = {
  ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".mjs": "text/javascript", ".png": "image/png",
  ".safetensors": "application/octet-stream", ".svg": "image/svg+xml", ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * @param {object} options
 * @param {string} options.folder what is served
 * @param {string} [options.path] under which path, with a slash at both ends
 * @param {string} [options.workerPrelude] JavaScript that the engine's worker runs before anything else
 * @param {Record<string, string>} [options.preludes] the same for other scripts, by name
 * @param {Record<string, string>} [options.extra] more files, to which some may be added later: names in the folder's place, and their paths on disk
 * @param {[string, string][]} [options.headers] names and values; without them those of the folder's _headers
 * @param {string[]} [options.withoutHeaders] names of headers that are left out
 * @param {(pathname: string) => Promise<boolean> | boolean} [options.answers] whether there is an answer at all; may take its time
 * @param {boolean} [options.barePages] whether pages are called by their names without the ending, as some hosts do
 * @param {string} [options.caching] the header Cache-Control
 */
export async function serve({ folder, path: base = "/", workerPrelude = "", preludes = {}, extra = {}, headers: given, withoutHeaders = [], answers = () => true, barePages = false, caching = "" }) {
  /** @type {string[]} */
  const requests = [];
  const wanted = given ?? headersIn(await readFile(path.join(folder, "_headers"), "utf8"));
  const headers = wanted.filter(([name]) => !withoutHeaders.includes(name));
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    if (!(await answers(pathname))) return request.destroy();
    for (const [name, value] of headers) response.setHeader(name, value);
    if (caching) response.setHeader("cache-control", caching);
    if (barePages && pathname.endsWith(".html")) return response.writeHead(308, { location: pathname.slice(0, -".html".length) }).end();
    const isBare = barePages && !path.extname(pathname) && !pathname.endsWith("/");
    const file = fileFor(decodeURIComponent(isBare ? `${pathname}.html` : pathname), base, folder, extra);
    const found = file && (await stat(file).catch(() => null));
    // Browsers ask every host for an icon, which pages of others have not.
    if (!found?.isFile()) return response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    response.setHeader("content-type", TYPES[path.extname(file)] ?? "application/octet-stream");
    const prelude = { "pkg/engine/worker.js": workerPrelude, ...preludes }[pathname.slice(base.length)];
    if (prelude) return response.end(prelude + (await readFile(file, "utf8")));
    response.setHeader("content-length", found.size);
    // A test may end, and its folder with it, while the browser still asks for something.
    createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    requests,
    extra,
    origin: `http://127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}${base}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** The file a path stands for, or null if it leads out of the folder. */
function fileFor(pathname, base, folder, extra) {
  if (!pathname.startsWith(base)) return null;
  const name = pathname.slice(base.length) || "index.html";
  if (extra[name]) return extra[name];
  const file = path.resolve(folder, name);
  return file.startsWith(path.resolve(folder) + path.sep) ? file : null;
}
