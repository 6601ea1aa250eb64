import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { allChecked, bring, calmIsOver, countOf, createProject, learn, openTool, projectIs, projectsAre, saved, startWithFakeEngine } from "../inspect.js";
import { downloadBy, until, workersAreIdle } from "../page.js";
import { keptForOffline, startRecorder } from "../recorder.js";
import { zipPayload } from "../zip-fixture.js";

/** The list of the copy, one file of each worker, and what they share. */
const NEEDED = ["offline.json", "inspect.html", "app.js", "candidates.js", "disk.js", "read.js", "write.js", "zip.js", "client.js", "inspect.css"];

const zipped = () => zipPayload("set.zip", rings(14).map(({ name, buffer }) => ({ name, data: buffer, deflate: true })));

/** All that there is to be done, so that all code has run. */
async function work(page) {
  await createProject(page, "Private");
  await bring(page, "normals", [zipped()]);
  await learn(page);
  await bring(page, "images", rings(20).slice(14));
  await allChecked(page);
  await saved(page);
  const file = await downloadBy(page, "#project-export");
  await page.click("#back");
  await page.setInputFiles("#import-file", file.path);
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=project-link]").length === 2);
}

test("the tool sends nothing: no other site is asked, and once loaded, nobody is", async (t) => {
  const recorder = await startRecorder(t);
  const started = await startWithFakeEngine(t, {});
  const page = await openTool(t, started, { proxy: { server: recorder.server, bypass: "127.0.0.1" }, serviceWorkers: "allow", mayComplain: true, clock: true });
  await calmIsOver(page);
  await keptForOffline(page, NEEDED);
  const loaded = started.server.requests.length;
  await work(page);
  // The browser looks by itself whether there is a newer service worker, and at the icon when the address changes.
  const asked = started.server.requests.slice(loaded).filter((one) => !["/sw.js", "/icon.svg"].includes(one));
  assert.deepEqual(asked, [], "requests to the page's own server");
  assert.deepEqual(recorder.reached, [], "requests to other sites");
});

test("the tool works without a network after the first visit, from any path", async (t) => {
  const started = await startWithFakeEngine(t, { path: "/some/where/" });
  const page = await openTool(t, started, { serviceWorkers: "allow", mayComplain: true, clock: true });
  await calmIsOver(page);
  await keptForOffline(page, NEEDED);
  await started.server.close();
  await page.reload();
  await work(page);
  await projectsAre(page, ["Private", "Private"]);
  await page.click("[data-testid=project-link] >> nth=0");
  await projectIs(page, "Private");
  await page.reload();
  await projectIs(page, "Private");
  assert.equal(await countOf(page, "normals"), 14);
});

test("once loaded, another backend asks for the engine alone", async (t) => {
  const { server, browser } = await startWithFakeEngine(t, {});
  const page = await openTool(t, { server, browser }, { serviceWorkers: "allow", mayComplain: true, clock: true });
  await calmIsOver(page);
  await page.waitForSelector("#privacy-count[data-count='0']");
  server.requests.length = 0;
  await page.click("[data-testid=backend-webgpu]");
  await until(() => server.requests.includes("/pkg/engine/worker.js"));
  await workersAreIdle(page); // the engine has started, with all that it imports
  await calmIsOver(page); // the second engine would have another copy made
  await page.waitForLoadState("networkidle");
  assert.deepEqual([...new Set(server.requests)].filter((one) => !["/sw.js", "/icon.svg"].includes(one)).sort(),
    ["/pkg/engine/worker.js", "/pkg/requests.js", "/pkg/rpc.js", "/pkg/text.js"]);
});

test("without an engine the page is kept, and counts, all the same", async (t) => {
  const started = await startWithFakeEngine(t, { workerPrelude: "throw new Error('no engine');\n" });
  const page = await openTool(t, started, { serviceWorkers: "allow", mayComplain: true, clock: true });
  await page.waitForSelector("#messages-page .message");
  await page.clock.fastForward(5000);
  await page.waitForSelector("#privacy-count[data-count='0']");
  await page.waitForFunction(() => /work without a network/.test(document.querySelector("#privacy-offline").textContent));
});
