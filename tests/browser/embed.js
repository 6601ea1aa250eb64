/** Pages with elements on them, as a teacher would write them, served with the strict headers of the site. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { open, start, startShared } from "./page.js";

const DESKTOP = { viewport: { width: 1100, height: 900 } };
const PHONE = { viewport: { width: 320, height: 740 }, deviceScaleFactor: 2 };

/** Sizes and colours in which an element is looked at. */
export const LOOKS = Object.entries(/** @type {const} */ ({
  "desktop-light": { ...DESKTOP, colorScheme: "light" }, "desktop-dark": { ...DESKTOP, colorScheme: "dark" },
  "article-light": { viewport: { width: 720, height: 900 }, colorScheme: "light" },
  "phone-light": { ...PHONE, colorScheme: "light" }, "phone-dark": { ...PHONE, colorScheme: "dark" },
}));

/**
 * @typedef {object} Around
 * @property {string} [script] which defines the elements
 * @property {() => void} [before] runs in the page first
 * @property {Parameters<typeof start>[1]} [host] the server's ways of making trouble; also an empty one makes it a server, and a profile, of its own
 */

/**
 * Opens a page with elements.
 * @param {import("node:test").TestContext} t @param {string} markup what stands in the page @param {Parameters<typeof open>[3] & Around} [options]
 * @returns {Promise<import("./page.js").Page & { requests: string[] }>} requests: what the server was asked for
 */
export async function openElements(t, markup, { script = "pkg/elements/index.js", host, before, ...options } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "elements-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "page.html");
  await writeFile(file, pageWith(script, markup));
  const { server, browser } = await (host ? start(t, host) : startShared(t));
  const name = `${path.basename(folder)}.html`; // of its own, because the browser keeps what it has seen
  server.extra[name] = file;
  const page = await open(t, browser, "about:blank", options);
  if (before) await page.addInitScript(before);
  await page.goto(server.url + name);
  return Object.assign(page, { requests: server.requests });
}

/**
 * Opens a page with a single element, of whose files alone it is made, and something after it.
 * @param {import("node:test").TestContext} t @param {string} name @param {Record<string, string>} [attributes] @param {Parameters<typeof openElements>[2]} [options]
 */
export function openElement(t, name, attributes = {}, options = {}) {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${value.replaceAll("\"", "&quot;")}"`).join("");
  const markup = `<h2>The figure</h2><ganomaly-${name}${written}></ganomaly-${name}><p id="after">What comes after it.</p>`;
  return openElements(t, markup, { script: `pkg/elements/${name}.js`, ...options });
}

const pageWith = (script, markup) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>A page with figures</title>
<link rel="icon" href="./icon.svg">
<script type="module" src="./${script}"></script>
</head>
<body><main><h1>A page with figures</h1>${markup}</main></body>
</html>`;

/** How far down the page is what comes after the element. @param {import("playwright-core").Page} page */
export const place = (page) => page.evaluate(() => document.querySelector("#after").getBoundingClientRect().top + scrollY);

/**
 * The details of the next event of a name.
 * @param {import("playwright-core").Page} page @param {string} name @param {() => Promise<any>} act what leads to it
 * @param {string} [source] of the scored image, where others may be on their way still
 */
export async function detailOf(page, name, act, source) {
  await page.evaluate(([type, wanted]) => {
    globalThis.heard = new Promise((done) => {
      document.addEventListener(type, (event) => {
        const { detail } = /** @type {CustomEvent} */ (event);
        if (!wanted || detail.source === wanted) done(detail);
      });
    });
  }, [name, source]);
  await act();
  return page.evaluate(() => globalThis.heard);
}
