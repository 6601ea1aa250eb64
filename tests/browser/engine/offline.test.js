/** One visit to any of the pages, and the others work without a network. */
import { test } from "node:test";
import { figuresAreReady } from "../figures.js";
import { listIsThere } from "../inspect.js";
import { allScored, engineIs, open, start } from "../page.js";
import { keptForOffline } from "../recorder.js";

/** When a page has shown that it works. @type {Record<string, (page: import("../page.js").Page) => Promise<any>>} */
const WORKS = {
  "index.html": allScored,
  "inspect.html": async (page) => { await listIsThere(page); await engineIs(page, "cpu"); },
  "lesson.html": figuresAreReady,
  "teach.html": figuresAreReady,
};

// The lesson's figures need models that the demo's visitor has not used.
for (const [visited, ...others] of [["index.html", "inspect.html"], ["inspect.html", "index.html"], ["lesson.html", "teach.html", "lesson.html"]]) {
  test(`a visit to ${visited} is enough for ${others.join(" and ")} to work without a network`, async (t) => {
    const { server, browser } = await start(t);
    const page = await open(t, browser, `${server.url}${visited}?backend=cpu`, { serviceWorkers: "allow", mayComplain: true });
    await WORKS[visited](page);
    await keptForOffline(page, ["offline.json"]);
    await server.close();
    for (const name of others) {
      await page.goto(`${server.url}${name}?backend=cpu`);
      await WORKS[name](page);
    }
  });
}
