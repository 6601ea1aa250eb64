import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { writeOfflineList } from "../../.tools/offline.mjs";
import { listIsThere, openTool, startWithFakeEngine } from "./inspect.js";
import { allScored, engineIs, open, SITE, start } from "./page.js";
import { keptForOffline } from "./recorder.js";

const LIST = "offline.json";
const KEEPS = { serviceWorkers: "allow", mayComplain: true };

test("a visit to the demo is enough for the tool to work without a network", async (t) => {
  const { server, browser } = await start(t);
  const page = await open(t, browser, `${server.url}?backend=cpu`, KEEPS);
  await keptForOffline(page, [LIST]);
  await server.close();
  await page.goto(`${server.url}inspect.html?backend=cpu`);
  await listIsThere(page);
  await engineIs(page, "cpu");
});

test("a visit to the tool is enough for the demo to work without a network", async (t) => {
  const { server, browser } = await start(t);
  const page = await openTool(t, { server, browser }, KEEPS);
  await keptForOffline(page, [LIST]);
  await server.close();
  await page.goto(`${server.url}?backend=cpu`);
  await allScored(page);
});

test("without a network the pages come with the policies that they were served with", async (t) => {
  const started = await startWithFakeEngine(t);
  const page = await openTool(t, started, KEEPS);
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

/** Waits until the copy is of the list that the server has. */
async function copyIsOf(page, folder) {
  const list = readFileSync(path.join(folder, LIST), "utf8");
  while ((await page.evaluate(async () => (await caches.match("offline.json"))?.text())) !== list) await page.waitForTimeout(200);
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
  for (let asked = 0; asked === 0;) {
    await page.waitForTimeout(300);
    asked = server.requests.filter((one) => one === "/new.js").length;
  }
  await page.waitForTimeout(300);
  await server.close();
  await page.reload();
  assert.equal(await page.title(), first, "the copy is of one version");
});
