import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { writeOfflineList } from "../../../.tools/offline.mjs";
import { calmIsOver, listIsThere, openTool, startWithFakeEngine } from "../inspect.js";
import { engineIs, nextFrame, open, SITE, start, until, workersAreIdle } from "../page.js";
import { keptForOffline } from "../recorder.js";

const LIST = "offline.json";
const KEEPS = { serviceWorkers: "allow", mayComplain: true, clock: true };

test("a lesson that was only read leaves nothing behind", async (t) => {
  const { server, browser } = await start(t);
  const page = await open(t, browser, `${server.url}lesson.html#references`, { serviceWorkers: "allow", viewport: { width: 1280, height: 300 } });
  await page.waitForFunction(() => !document.querySelector("main :not(:defined)"));
  await page.waitForLoadState("networkidle");
  assert.deepEqual(server.requests.filter((name) => name === "/sw.js" || name.endsWith(".wasm")), []);
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
});

test("without a network the pages come with the policies that they were served with", async (t) => {
  const started = await startWithFakeEngine(t, {});
  const page = await openTool(t, started, KEEPS);
  await calmIsOver(page);
  await keptForOffline(page, [LIST]);
  await started.server.close();
  await page.reload();
  await listIsThere(page);
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  const kept = await page.evaluate(async () => Object.fromEntries((await caches.match("inspect/intake/worker.js")).headers));
  assert.equal(kept["connection-allowlist"], "(response-origin)");
  assert.match(kept["content-security-policy"], /connect-src 'self'/);
});

/** The finished pages in a folder of their own, to be changed. @param {import("node:test").TestContext} t */
function copyOfSite(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "site-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(SITE, folder, { recursive: true, filter: (file) => !/weights|\.wasm$/.test(path.relative(SITE, file)) });
  writeOfflineList(folder);
  return folder;
}

/** Puts another title into both pages, and another module. @param {string} folder @param {string} title */
function publish(folder, title) {
  for (const name of ["demo", "inspect"]) {
    const file = path.join(folder, "text", `${name}.js`);
    writeFileSync(file, readFileSync(file, "utf8").replace(/pageTitle: ".*"/, `pageTitle: "${title} ${name}"`));
  }
  rmSync(path.join(folder, "old.js"), { force: true });
  writeFileSync(path.join(folder, "new.js"), "export {};\n");
  writeOfflineList(folder);
}

/** Waits until the page has had its copy made, which is then of the list that the server has. */
async function copyIsOf(page, folder) {
  await calmIsOver(page);
  await page.waitForSelector("#privacy-count[data-count='0']");
  assert.match(await page.textContent("#privacy-offline"), /work without a network/);
  const kept = await page.evaluate(async () => (await caches.match("offline.json"))?.text());
  assert.equal(kept, readFileSync(path.join(folder, LIST), "utf8"));
}

test("a new version is seen at once, and kept whole: both pages, and nothing of the old one", async (t) => {
  const folder = copyOfSite(t);
  writeFileSync(path.join(folder, "old.js"), "export {};\n");
  writeOfflineList(folder);
  const { server, browser } = await startWithFakeEngine(t, { folder });
  const page = await openTool(t, { server, browser }, KEEPS);
  await copyIsOf(page, folder);
  publish(folder, "Second");
  const before = server.requests.length;
  await page.reload();
  assert.equal(await page.title(), "Second inspect", "the network comes first");
  await copyIsOf(page, folder);
  const fetchedAgain = server.requests.slice(before).filter((one) => one === "/text/demo.js" || one === "/demo/app.js" || one === "/new.js");
  assert.deepEqual(fetchedAgain.sort(), ["/new.js", "/text/demo.js"], "only what has changed is fetched for the copy");
  assert.equal(await page.evaluate(async () => (await caches.match("old.js")) === undefined), true);
  await server.close();
  await page.reload();
  assert.equal(await page.title(), "Second inspect");
  await page.goto(`${server.url}index.html`);
  await page.waitForSelector(":root.filled");
  assert.equal(await page.title(), "Second demo", "of the page that was not visited, too");
});

test("a new version that cannot be fetched whole leaves the old copy as it was", async (t) => {
  const folder = copyOfSite(t);
  const { server, browser } = await startWithFakeEngine(t, { folder });
  const page = await openTool(t, { server, browser }, KEEPS);
  const first = await page.title();
  await copyIsOf(page, folder);
  publish(folder, "Broken");
  rmSync(path.join(folder, "new.js"));
  await page.reload();
  assert.equal(await page.title(), "Broken inspect");
  await calmIsOver(page);
  await page.waitForFunction(() => /keeps no copy/.test(document.querySelector("#privacy-offline").textContent));
  assert.ok(server.requests.includes("/new.js"));
  await server.close();
  await page.reload();
  assert.equal(await page.title(), first, "the copy is of one version");
});

/** A page with a whole copy, and a second version on the server, which does not answer to what `isCut` names. */
async function withSecondVersion(t, isCut) {
  const folder = copyOfSite(t);
  const network = { isCut: (_) => false };
  const { server, browser } = await startWithFakeEngine(t, { folder, answers: (pathname) => !network.isCut(pathname) });
  const page = await openTool(t, { server, browser }, KEEPS);
  const first = await page.title();
  await copyIsOf(page, folder);
  // From here on the service worker knows where the page began.
  await page.reload();
  await listIsThere(page);
  await workersAreIdle(page); // they have fetched what they consist of
  publish(folder, "Second");
  network.isCut = isCut;
  server.requests.length = 0;
  return { page, server, first };
}

test("a page that begins with the copy goes on with it, though there is a network again", async (t) => {
  const { page, server, first } = await withSecondVersion(t, (pathname) => pathname === "/inspect.html");
  await page.reload();
  await listIsThere(page);
  await engineIs(page, "cpu");
  assert.equal(await page.title(), first);
  assert.deepEqual([...new Set(server.requests)].filter((one) => !["/inspect.html", "/sw.js", "/offline.json"].includes(one)), [], "of its workers, too");
});

test("a page that begins with the network is given nothing of an older copy", async (t) => {
  const { page, server } = await withSecondVersion(t, (pathname) => pathname === "/text/inspect.js");
  await page.reload();
  assert.ok(server.requests.includes("/text/inspect.js"));
  await page.waitForLoadState("networkidle"); // what the page asks for is read from a folder that goes with the test
  await nextFrame(page);
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains("filled")), false);
});

test("a page that has its copy goes on with it when the network goes: a new engine can be started", async (t) => {
  const { server, browser } = await startWithFakeEngine(t, {});
  const page = await openTool(t, { server, browser }, KEEPS);
  await calmIsOver(page);
  await keptForOffline(page, [LIST]);
  await page.reload();
  await calmIsOver(page);
  await page.waitForSelector("#privacy-count[data-count='0']");
  await server.close();
  const another = page.waitForEvent("worker");
  await page.click("[data-testid=backend-webgpu]");
  await another;
  await workersAreIdle(page);
  await engineIs(page, "cpu"); // the stand-in knows no other
});

test("what the browser itself has kept does not stand for a new version", async (t) => {
  const folder = copyOfSite(t);
  const { server, browser } = await startWithFakeEngine(t, { folder, caching: "max-age=3600" });
  const page = await openTool(t, { server, browser }, KEEPS);
  await copyIsOf(page, folder);
  publish(folder, "Second");
  await page.goto(`${server.url}?backend=cpu`);
  await page.goto(`${server.url}inspect.html?backend=cpu`);
  await listIsThere(page);
  assert.equal(await page.title(), "Second inspect");
});

test("where hosts call pages by their bare names, they are kept as well", async (t) => {
  const { server, browser } = await startWithFakeEngine(t, { barePages: true, withoutHeaders: ["Connection-Allowlist"] });
  const page = await openTool(t, { server, browser }, KEEPS);
  assert.equal(new URL(page.url()).pathname, "/inspect");
  await calmIsOver(page);
  await keptForOffline(page, [LIST]);
  await page.reload();
  await calmIsOver(page);
  await page.waitForSelector("#privacy-count[data-count='0']");
  await page.click("#privacy-show");
  await page.waitForSelector("[data-policy=served][data-state=in-force]");
  await server.close();
  for (const name of ["inspect.html", "inspect", "inspect?backend=cpu"]) {
    await page.goto(`${server.url}${name}`);
    await listIsThere(page);
  }
});

test("a copy that cannot be made is said, and made when it can be", async (t) => {
  const prelude = "{ const open = caches.open.bind(caches); let failures = 1; caches.open = async (name) => { if (failures-- > 0) throw new Error('no room'); return open(name); }; }\n";
  const { server, browser } = await startWithFakeEngine(t, { preludes: { "sw.js": prelude } });
  const page = await openTool(t, { server, browser }, KEEPS);
  await calmIsOver(page);
  await page.waitForFunction(() => /keeps no copy/.test(document.querySelector("#privacy-offline").textContent));
  await page.reload();
  await calmIsOver(page);
  await page.waitForFunction(() => /work without a network/.test(document.querySelector("#privacy-offline").textContent));
});

test("the models to start from are waited for before the copy is made", async (t) => {
  let letGo = () => {};
  const held = new Promise((resolve) => { letGo = () => resolve(true); });
  const { server, browser } = await startWithFakeEngine(t, { answers: (pathname) => (pathname.endsWith(".safetensors") ? held : true) });
  // Only the while that the page wants to be calm for is cut short.
  const hurry = () => {
    const { setTimeout: later } = window;
    Object.assign(window, { setTimeout: (act, ms, ...more) => later(act, ms === 3000 ? 0 : ms, ...more) });
  };
  const page = await openTool(t, { server, browser }, { serviceWorkers: "allow", mayComplain: true, before: hurry });
  const asked = () => server.requests.filter((one) => one.endsWith(".safetensors"));
  await until(() => asked().length > 0);
  await engineIs(page, "cpu");
  await nextFrame(page);
  assert.ok(!server.requests.includes("/sw.js"), "no copy is made yet");
  letGo();
  await page.waitForSelector("#privacy-count[data-count='0']");
  const kept = await page.evaluate(async () => (await (await caches.open("ganomaly")).keys()).map(({ url }) => new URL(url).pathname));
  assert.deepEqual([...new Set(asked())].filter((one) => !kept.includes(one)), []);
});
