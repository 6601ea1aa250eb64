import assert from "node:assert/strict";
import dgram from "node:dgram";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { headersIn } from "../headers.js";
import { engineFrom } from "../inspect.js";
import { open, ROOT, start, until } from "../page.js";

const WORKER = fileURLToPath(new URL("../elsewhere-worker.js", import.meta.url));
const PAGES = ["index.html", "inspect.html", "lesson.html", "teach.html"];
const asked = new Map(headersIn(readFileSync(path.join(ROOT, "www/_headers"), "utf8")));

/** So long an attempt that nobody stops takes to arrive, at least; the first test that tries looks how long it takes here. */
let arrivalMs = 500;

test("every kind of file comes with the headers, and the browser takes them up", async (t) => {
  const { server, browser } = await start(t);
  for (const file of ["", ...PAGES, "sw.js", "lesson/app.js", "pkg/elements/latent.js", "pkg/engine/worker.js", "inspect/intake/worker.js", "pkg/wasm/ganomaly_bg.wasm", "no-such-file"]) {
    const response = await fetch(server.url + file);
    for (const [name, value] of asked) assert.equal(response.headers.get(name), value, `${name} of ${file}`);
  }
  for (const name of PAGES) {
    const page = await open(t, browser, `${server.url}${name}?backend=cpu`);
    const is = await page.evaluate(() => ({
      isolated: crossOriginIsolated,
      allowed: /** @type {any} */ (document).featurePolicy.allowedFeatures().filter((one) => ["camera", "microphone", "geolocation", "usb", "deferred-fetch"].includes(one)),
    }));
    assert.deepEqual(is, { isolated: true, allowed: ["camera"] }, name);
  }
});

/** A server of somebody else, and how it would notice a connection. @param {import("node:test").TestContext} t */
async function startElsewhere(t) {
  /** @type {Set<string>} */
  const reached = new Set();
  const web = http.createServer((request, response) => {
    reached.add(request.url.slice(1));
    response.setHeader("cross-origin-resource-policy", "cross-origin").end();
  });
  web.on("upgrade", (request, socket) => {
    reached.add(request.url.slice(1));
    socket.destroy();
  });
  await new Promise((resolve) => { web.listen(0, "127.0.0.1", () => resolve(undefined)); });
  const stun = dgram.createSocket("udp4");
  stun.on("message", () => reached.add("webrtc"));
  await new Promise((resolve) => { stun.bind(0, "127.0.0.1", () => resolve(undefined)); });
  t.after(() => { web.closeAllConnections(); web.close(); stun.close(); });
  const { port } = /** @type {import("node:net").AddressInfo} */ (web.address());
  return { reached, origin: `http://127.0.0.1:${port}`, stun: `stun:127.0.0.1:${stun.address().port}` };
}

const WAYS = ["beacon", "fetch", "image", "link", "prefetch", "webrtc", "websocket", "window", "worker"];

/** Everything by which a page could reach somebody, one after the other. @param {(ways: string[]) => Promise<any>} arrived when these have arrived, or would have */
async function tryEverything(page, elsewhere, arrived) {
  await page.evaluate(async ({ origin, stun, worker }) => {
    await fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {});
    navigator.sendBeacon(`${origin}/beacon`, "x");
    new Image().src = `${origin}/image`;
    new WebSocket(`${origin.replace("http", "ws")}/websocket`);
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.href = `${origin}/prefetch`;
    document.head.append(link);
    await new Promise((done) => {
      const started = new Worker(worker);
      started.onmessage = done;
      started.postMessage(`${origin}/worker`);
    });
    const connection = new RTCPeerConnection({ iceServers: [{ urls: stun }] });
    connection.createDataChannel("x");
    await connection.setLocalDescription();
    window.open(`${origin}/window`);
  }, { ...elsewhere, worker: "./elsewhere-worker.js" });
  await arrived(WAYS.filter((way) => way !== "link"));
  await page.evaluate((url) => { location.href = url; }, `${elsewhere.origin}/link`).catch(() => {});
  await arrived(["link"]);
}

for (const [title, withoutHeaders, expected] of /** @type {const} */ ([
  // Without this the next one would pass in a browser that has no connection allowlist.
  ["with neither policy every way leads out: the test can tell", ["Content-Security-Policy", "Connection-Allowlist"], WAYS],
  ["the connection allowlist alone stops every way to another origin", ["Content-Security-Policy"], []],
  ["both policies together stop every way to another origin", [], []],
])) {
  test(title, async (t) => {
    const arrival = async (reached, ways) => {
      const began = performance.now();
      await until(() => ways.every((way) => reached.has(way)));
      arrivalMs = Math.max(arrivalMs, 3 * (performance.now() - began));
    };
    const { server, browser } = await start(t, { withoutHeaders: [...withoutHeaders, "Cross-Origin-Embedder-Policy"], extra: { ...engineFrom("fake-engine.js"), "elsewhere-worker.js": WORKER } });
    await Promise.all(PAGES.map(async (name) => {
      const elsewhere = await startElsewhere(t);
      const page = await open(t, browser, `${server.url}${name}?backend=cpu`, { mayComplain: true, bypassCSP: withoutHeaders.length > 0 });
      await tryEverything(page, elsewhere, (ways) => (expected.length > 0 ? arrival(elsewhere.reached, ways) : page.waitForTimeout(arrivalMs)));
      assert.deepEqual([...elsewhere.reached].filter((one) => WAYS.includes(one)).sort(), expected, name);
    }));
  });
}
