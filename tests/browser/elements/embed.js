/** Pages that have an element in them, served with the headers of the site. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { open, start } from "../page.js";

const PHONE = { viewport: { width: 320, height: 740 }, deviceScaleFactor: 2 };

/** Sizes and colours in which an element is looked at. */
export const LOOKS = Object.entries(/** @type {const} */ ({
  "desktop-light": { colorScheme: "light" }, "desktop-dark": { colorScheme: "dark" },
  "article-light": { viewport: { width: 720, height: 900 }, colorScheme: "light" },
  "phone-light": { ...PHONE, colorScheme: "light" }, "phone-dark": { ...PHONE, colorScheme: "dark" },
}));

/**
 * Opens a page with an element, written as a teacher would write it.
 * @param {import("node:test").TestContext} t @param {string} name @param {Record<string, string>} [attributes] @param {Parameters<typeof open>[3]} [options]
 */
export async function openElement(t, name, attributes = {}, options = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "ganomaly-element-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "page.html");
  await writeFile(file, pageWith(`ganomaly-${name}`, attributes));
  const { server, browser } = await start(t, { extra: { "element.html": file } });
  return { server, page: await open(t, browser, `${server.url}element.html`, options) };
}

function pageWith(tag, attributes) {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value.replaceAll("\"", "&quot;")}"`).join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A page with a figure</title>
<link rel="icon" href="./icon.svg">
<script type="module" src="./elements/${tag.replace("ganomaly-", "")}.js"></script>
</head>
<body>
<main>
<h1>A page with a figure</h1>
<h2>The figure</h2>
<${tag}${written}></${tag}>
<p id="after">What comes after it.</p>
</main>
</body>
</html>
`;
}

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
