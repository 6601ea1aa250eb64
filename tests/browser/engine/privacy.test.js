import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { galleryOfModels } from "../gallery-fixture.js";
import {
  addOwnImages, allScored, browse, chooseModel, downloadBy, messages, modelIs, open, phaseIs, shoot, start, startTuning,
} from "../page.js";
import { figuresAreReady, playWithFigures } from "../figures.js";
import { keptForOffline, startRecorder } from "../recorder.js";

/** The list comes last, when all that is on it is there: the first model, too. */
const NEEDED = ["offline.json", "", "app.js", "host.js", "ganomaly_bg.wasm", "manifest.json", "mnist.png"];

/** Resolves when the demo can do without a network. */
const demoIsKept = (page, needed = NEEDED) => keptForOffline(page, needed);

/** Everything that one can do with the demo, to the end of a training. */
async function playWithDemo(page) {
  await addOwnImages(page, rings(8));
  await page.setInputFiles("#normals-files", rings(20));
  await startTuning(page, { epochs: 5, batchSize: 8 });
  await page.waitForSelector("#comparison:not([hidden])");
  await allScored(page);
  await downloadBy(page, "#csv");
  await downloadBy(page, "#tuned-save");
}

/** When a page has all it needs, what is done with it then, and what may still be fetched: by the page's own server. */
const PAGES = {
  "index.html": { isLoaded: async (page) => { await allScored(page); await demoIsKept(page); }, play: playWithDemo, onDemand: [] },
  ...Object.fromEntries(["lesson.html", "teach.html"].map((name) => [name, {
    isLoaded: async (page) => { await figuresAreReady(page); await keptForOffline(page, ["offline.json"]); },
    async play(page) {
      await playWithFigures(page);
      await Promise.all([page.waitForResponse(/tsne/), page.getByRole("button", { name: "t-SNE" }).first().click()]);
    },
    onDemand: ["/pkg/elements/latent/tsne.js"],
  }])),
};

for (const [name, { isLoaded, play, onDemand }] of Object.entries(PAGES)) {
  test(`${name}: nothing is sent anywhere: no other site is ever asked, and after loading nobody is`, async (t) => {
    const recorder = await startRecorder(t);
    const { server, browser } = await start(t);
    const proxy = { server: recorder.server, bypass: "127.0.0.1" };
    const control = await browser.newContext({ proxy });
    await (await control.newPage()).goto("http://example.org/").catch(() => {});
    await control.close();
    assert.ok(recorder.reached.splice(0).length > 0, "the recorder records");

    const page = await open(t, browser, `${server.url}${name}?backend=cpu`, { proxy, serviceWorkers: "allow", mayComplain: true });
    await isLoaded(page);
    const loaded = server.requests.length;
    await play(page);
    // The browser looks by itself whether there is a newer service worker.
    const asked = server.requests.slice(loaded).filter((one) => one !== "/sw.js");
    assert.deepEqual(asked, onDemand, "requests to the page's own server");
    assert.deepEqual(recorder.reached, [], "requests to other sites");

    // And if it tried, its own security policy would forbid it.
    await page.evaluate(() => fetch("http://example.org/").catch(() => {}));
    assert.deepEqual(recorder.reached, [], "the policy stops what is not the page's");
  });
}

test("works from a sub-path, and without a network after the first visit", async (t) => {
  const { server, browser } = await start(t, { path: "/some/where/else/" });
  const page = await open(t, browser, `${server.url}?backend=cpu`, { serviceWorkers: "allow", mayComplain: true });
  await allScored(page);
  await demoIsKept(page);
  assert.ok(server.requests.every((one) => one.startsWith("/some/where/else/")), `requests: ${server.requests}`);
  await server.close();
  await page.reload();
  await allScored(page);
  await addOwnImages(page, rings(3));
  await page.setInputFiles("#normals-files", rings(5));
  await startTuning(page, { epochs: 1, batchSize: 4 });
  await phaseIs(page, "over");
  await allScored(page);
  await shoot(page, "offline");
});

test("without a network, every data set and model that was used once is still there", async (t) => {
  const { extra } = galleryOfModels(t);
  const { server, browser } = await start(t, { extra });
  const page = await open(t, browser, `${server.url}?backend=cpu`, { serviceWorkers: "allow", mayComplain: true });
  await allScored(page);
  const first = await page.getAttribute("#model-status", "data-model");
  await demoIsKept(page);
  await browse(page, "cifar10", "ganomaly");
  await chooseModel(page, "cifar10-frog");
  await allScored(page);
  await demoIsKept(page, ["cifar10.json", "cifar10.png", "cifar10-frog.safetensors"]);
  await server.close();
  await page.reload();
  await modelIs(page, first);
  await browse(page, "cifar10", "ganomaly");
  await chooseModel(page, "cifar10-frog");
  await allScored(page);
  // It may fail, and be taken back, before anybody could see it checked.
  await page.click("[data-testid=model-cifar10-ship]");
  await page.waitForSelector("#messages-model .message");
  assert.match((await messages(page, "model")).join(), /could not be downloaded.*“Frog is the anomaly” stays in use/);
});
