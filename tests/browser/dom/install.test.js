import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { calmIsOver, openTool, startWithFakeEngine } from "../inspect.js";
import { open, SITE, start } from "../page.js";
import { keptForOffline } from "../recorder.js";

const manifest = JSON.parse(readFileSync(path.join(SITE, "manifest.webmanifest"), "utf8"));

for (const name of ["inspect.html", "index.html"]) {
  test(`the browser finds ${name} fit to be installed`, async (t) => {
    const { server, browser } = await start(t, { path: "/some/where/" });
    // Nothing is installed from a private window, which a context of its own is: this one error has to come.
    const page = await open(t, browser, `${server.url}${name}?backend=cpu`, { serviceWorkers: "allow" });
    const cdp = await page.context().newCDPSession(page);
    const { url, errors } = await cdp.send("Page.getAppManifest");
    assert.equal(url, `${server.url}manifest.webmanifest`);
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors.map((error) => error.errorId), ["in-incognito"]);
  });
}

// The headless shell has no windows, and installs nothing.
process.env.HEADLESS_SHELL = process.env.CHROME;

test("an installed app starts without a network, at the address that the manifest says", async (t) => {
  const started = await startWithFakeEngine(t, { path: "/some/where/" });
  const page = await openTool(t, started, { serviceWorkers: "allow", mayComplain: true, clock: true });
  await calmIsOver(page);
  await keptForOffline(page, ["offline.json"]);
  await started.server.close();
  await page.goto(new URL(manifest.start_url, `${started.server.url}manifest.webmanifest`).href);
  await page.waitForSelector(":root.filled");
  for (const { src } of manifest.icons) assert.ok(await page.evaluate((icon) => fetch(icon).then((response) => response.ok), src), src);
});
