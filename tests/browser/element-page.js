/** A page of somebody else with some of the package's elements on it, served with the strict headers of the site. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { open, start } from "./page.js";

/**
 * @param {import("node:test").TestContext} t
 * @param {string} markup what stands in the page
 * @param {Parameters<typeof open>[3]} [options]
 */
export async function openElements(t, markup, options = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "elements-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "page.html");
  await writeFile(file, pageAround(markup));
  const { server, browser } = await start(t, { extra: { "page.html": file } });
  return open(t, browser, `${server.url}page.html`, options);
}

const pageAround = (markup) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
  <title>Lesson</title><link rel="icon" href="icon.svg"><script type="module" src="elements/index.js"></script>
</head>
<body><main><h1>Lesson</h1>${markup}</main></body>
</html>`;

/** Phones and desktops, by day and by night. */
export const SCREENS = /** @type {[string, any][]} */ ([
  ["desktop-light", { viewport: { width: 1100, height: 900 }, colorScheme: "light" }],
  ["desktop-dark", { viewport: { width: 1100, height: 900 }, colorScheme: "dark" }],
  ["phone-light", { viewport: { width: 320, height: 740 }, deviceScaleFactor: 2, colorScheme: "light" }],
  ["phone-dark", { viewport: { width: 320, height: 740 }, deviceScaleFactor: 2, colorScheme: "dark" }],
]);
