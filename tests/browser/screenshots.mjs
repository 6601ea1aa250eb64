/** Makes the pictures of the elements that the READMEs show; `make screenshots` runs it. Names of elements may follow. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { figuresAreReady } from "./figures.js";
import { endBrowser, nextFrame, PATIENCE_MS, ROOT, SITE, theBrowser } from "./page.js";
import { serve } from "./server.js";

/** @typedef {import("playwright-core").Page} Page */

const FOLDER = path.join(ROOT, "pkg/screenshots");
const WIDTHS = { desktop: 760, phone: 360 };
/** Letters can be read, and the whole set stays below what package.test.js allows. */
const QUALITY = 50;
const STEPS = 300;
/** Until what moves has come to rest. */
const REST_MS = 1500;

/** The elements, and what makes each of them worth looking at once it is ready. @type {Record<string, { attributes: Record<string, string>, prepare: (page: Page) => Promise<any> }>} */
const FIGURES = {
  demo: {
    attributes: { anomaly: "2" },
    async prepare(page) {
      await page.click(".sample.anomaly");
      await page.waitForSelector(".verdict[data-verdict=anomaly]");
    },
  },
  train: {
    attributes: { anomaly: "0", seed: "1", controls: "" },
    async prepare(page) {
      await page.evaluate(() => document.addEventListener("ganomaly-look", ({ detail }) => { globalThis.step = detail.step; }));
      await page.click("text=Play");
      await page.waitForFunction((last) => globalThis.step >= last, STEPS);
      await page.click("text=Pause");
    },
  },
  network: {
    attributes: { anomaly: "2", layer: "d2" },
    async prepare(page) {
      await page.focus("canvas.maps");
      for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
    },
  },
  roc: {
    attributes: { anomaly: "2" },
    async prepare(page) {
      await page.focus("[role=slider]");
      for (let presses = 0; presses < 5; presses++) await page.keyboard.press("Shift+ArrowLeft");
    },
  },
  latent: {
    attributes: { anomaly: "2" },
    prepare: (page) => page.getByRole("button", { name: "Highest score" }).click(),
  },
};

/** A page of somebody else around the element. */
const pageAround = (name, attributes) => `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>Figure</title><link rel="icon" href="icon.svg"><script type="module" src="pkg/elements/${name}.js"></script>
<main><ganomaly-${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join("")}></ganomaly-${name}></main>`;

/** Opens an element and keeps it in all its looks. @param {import("playwright-core").Browser} browser @param {string} url of the site @param {string} name */
async function picture(browser, url, name) {
  const { attributes, prepare } = FIGURES[name];
  const context = await browser.newContext({ viewport: { width: WIDTHS.desktop, height: 900 }, serviceWorkers: "block" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.route("**/figure.html", (route) => route.fulfill({ contentType: "text/html", body: pageAround(name, attributes) }));
  await page.goto(`${url}figure.html`);
  await figuresAreReady(page);
  await prepare(page);
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await page.mouse.move(0, 0);
  let bytes = 0;
  for (const [screen, width] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(REST_MS);
      await nextFrame(page);
      const image = await webp(page);
      await writeFile(path.join(FOLDER, `${name}-${screen}-${colorScheme}.webp`), image);
      bytes += image.length;
    }
  }
  await context.close();
  return bytes;
}

/** All of the page, however high; playwright itself knows no WebP. @param {Page} page */
async function webp(page) {
  const session = await page.context().newCDPSession(page);
  const { width, height } = await page.evaluate(() => {
    const { right, bottom } = document.body.getBoundingClientRect();
    const margin = parseFloat(getComputedStyle(document.body).margin);
    return { width: right + margin, height: bottom + margin };
  });
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp", quality: QUALITY, captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 },
  });
  return Buffer.from(data, "base64");
}

await mkdir(FOLDER, { recursive: true });
const server = await serve({ folder: SITE });
const browser = await theBrowser();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(FIGURES);
for (const name of wanted) console.log(`${name}: ${Math.round(await picture(browser, server.url, name) / 1000)} kB`);
await endBrowser();
await server.close();
