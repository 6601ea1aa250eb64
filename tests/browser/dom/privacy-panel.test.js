import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { allChecked, bring, calmIsOver, createProject, learn, openTool, saved, startWithFakeEngine } from "../inspect.js";
import { assertAccessible, atRest, nextFrame, shoot, until } from "../page.js";
import { startRecorder } from "../recorder.js";

const KEEPS = { serviceWorkers: "allow", clock: true };

/** @param {import("playwright-core").Page} page @param {number} number */
const countIs = (page, number) => page.waitForSelector(`#privacy-count[data-count="${number}"]`);

/** @param {import("playwright-core").Page} page @returns {Promise<Record<string, string>>} */
const policies = async (page) => {
  await page.waitForSelector("[data-testid=privacy-policy]");
  return Object.fromEntries(await page.$$eval("[data-testid=privacy-policy]", (all) => all.map((one) => [one.dataset.policy, one.dataset.state])));
};

/** Presses the button, and says what the page found out. */
async function attempts(page) {
  await page.click("[data-testid=privacy-try]");
  await page.waitForSelector("[data-testid=privacy-way]");
  return Object.fromEntries(await page.$$eval("[data-testid=privacy-way]", (all) => all.map((one) => [one.dataset.way, one.dataset.refused])));
}

/** The rows of the list. */
const requests = (page) => page.$$eval("[data-testid=privacy-request]", (all) => all.map((row) => ({ who: row.dataset.who, address: row.lastElementChild.firstChild.textContent })));

test("the panel shows what is in force and all that was fetched, and counts from then on", async (t) => {
  const started = await startWithFakeEngine(t, {});
  const page = await openTool(t, started, KEEPS);
  await calmIsOver(page);
  await countIs(page, 0);
  await page.click("#privacy-show");
  assert.deepEqual(await policies(page), { content: "in-force", served: "in-force", allowlist: "in-force", isolation: "in-force" });
  assert.match(await page.textContent("#privacy-offline"), /work without a network/);

  await page.waitForSelector("[data-testid=privacy-request][data-who=serviceWorker]"); // the list is drawn when all workers have told
  const listed = await requests(page);
  const has = (who, address) => assert.ok(listed.some((row) => row.who === who && row.address === address), `${who} ${address}`);
  has("page", "/inspect.html?backend=cpu");
  has("page", "/inspect/app.js");
  has("page", "/inspect/intake/worker.js");
  // Chromium counts a worker's modules as the page's.
  has("page", "/inspect/intake/sniff.js");
  has("page", "/vendor/zip.js");
  has("serviceWorker", "/offline.json");
  // Nothing that the server saw is missing in the list, but what the browser asks for by itself.
  const known = new Set(listed.map(({ address }) => new URL(address, started.server.origin).pathname));
  const unlisted = started.server.requests.filter((one) => !known.has(one) && !["/sw.js", "/icon.svg", "/manifest.webmanifest"].includes(one));
  assert.deepEqual(unlisted, []);

  await createProject(page, "Counted");
  await bring(page, "normals", rings(14));
  await learn(page);
  await bring(page, "images", rings(20).slice(14));
  await allChecked(page);
  await saved(page);
  await page.click("#privacy-show");
  await page.clock.fastForward(2500); // it looks every two seconds
  await nextFrame(page);
  await countIs(page, 0);

  // The page's clock was moved ahead of the browser's, which dates the requests: those before it has caught up do not count.
  await until(async () => {
    await page.evaluate(() => fetch("./icon.svg?by=the-page"));
    await page.clock.fastForward(2500);
    await nextFrame(page);
    // By the time that one is seen to count, the next may count as well.
    return Number(await page.getAttribute("#privacy-count", "data-count")) > 0;
  });
  assert.equal((await requests(page))[0].address, "/icon.svg?by=the-page", "the newest first");
});

test("the browser's refusal is shown, and nothing leaves", async (t) => {
  const recorder = await startRecorder(t);
  const page = await openTool(t, await startWithFakeEngine(t, {}), { ...KEEPS, mayComplain: true, proxy: { server: recorder.server, bypass: "127.0.0.1" } });
  await calmIsOver(page);
  await countIs(page, 0);
  await page.click("#privacy-show");
  assert.deepEqual(await attempts(page), { fetch: "true", image: "true", worker: "true" });
  assert.deepEqual(recorder.reached, []);
  await countIs(page, 0);
});

test("where no policy is in force, the panel does not claim one", async (t) => {
  const recorder = await startRecorder(t);
  const started = await startWithFakeEngine(t, { withoutHeaders: ["Content-Security-Policy", "Connection-Allowlist", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"] });
  const page = await openTool(t, started, { ...KEEPS, bypassCSP: true, mayComplain: true, proxy: { server: recorder.server, bypass: "127.0.0.1" } });
  await calmIsOver(page);
  await countIs(page, 0);
  await page.click("#privacy-show");
  assert.deepEqual(await policies(page), { content: "in-force", served: "missing", allowlist: "missing", isolation: "missing" });
  assert.deepEqual(await attempts(page), { fetch: "false", image: "false", worker: "false" });
  assert.ok(recorder.reached.length > 0, "the attempts were real");
});

test("the demo leads to the panel, open", async (t) => {
  const { server, browser } = await startWithFakeEngine(t, {});
  const page = await openTool(t, { server, browser }, { mayComplain: true });
  await page.goto(server.url);
  await page.click("a[href$='#privacy']");
  await page.waitForSelector("#privacy-more[open]");
});

for (const [title, options] of /** @type {const} */ ([
  ["desktop-light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
  ["phone-dark", { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, colorScheme: "dark" }],
])) {
  test(`the panel is accessible and fits the screen: ${title}`, async (t) => {
    const page = await openTool(t, await startWithFakeEngine(t, {}), { ...KEEPS, ...options, mayComplain: true });
    await calmIsOver(page);
    await countIs(page, 0);
    await page.click("#privacy-show");
    await attempts(page);
    await atRest(page);
    await assertAccessible(page, "privacy");
    await shoot(page, `privacy-${title}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= options.viewport.width);
  });
}
