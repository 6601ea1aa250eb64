/** The npm package works as its README says, in plain pages and with a bundler. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { build, createServer, preview } from "vite";
import { ELEMENTS, SUB_PATH, TARBALL, contentPolicy, digits, elementWorks, examples, folderFor, pageOf, plainPage, programs, unpackInto, visit, withoutBundler, write } from "../package.js";
import { ROOT, start } from "../page.js";

test("the README's figure works in a plain page, under a sub-path and the policy that the README gives", async (t) => {
  const page = await plainPage(t, { "index.html": examples("A figure on a page")[0] });
  await elementWorks(page, "ganomaly-demo");
  await page.waitForFunction(() => document.querySelector("ganomaly-demo").isVisible);
  assert.deepEqual(page.requests.filter((request) => !request.startsWith(SUB_PATH)), []);
});

test("all elements and detectors of a page have one worker", async (t) => {
  const tags = ELEMENTS.map((name) => `<ganomaly-${name} preset="mnist-2"></ganomaly-${name}>`).join("\n");
  const page = await plainPage(t, { "index.html": pageOf("page.js", tags), "page.js": 'import "./ganomaly/elements/index.js";' });
  for (const name of ELEMENTS) await elementWorks(page, `ganomaly-${name}`);
  await page.evaluate(async () => {
    const { Detector } = await import("./ganomaly/index.js");
    await Promise.all([Detector.load("mnist-1"), Detector.load("mnist-2")]);
  });
  assert.equal(page.workers().length, 1);
  assert.equal(page.requests.filter((request) => request.endsWith(".wasm")).length, 1);
});

test("the README's events reach the page", async (t) => {
  const [events] = examples("Events");
  const page = await plainPage(t, { "index.html": events }, { headers: [] });
  await elementWorks(page, "ganomaly-demo");
  await page.evaluate(() => {
    document.querySelector("ganomaly-demo").dispatchEvent(new CustomEvent("ganomaly-scored", { detail: { score: 4.5 }, bubbles: true, composed: true }));
  });
  assert.notEqual(await page.textContent("output"), "");
});

test("the README's frame works", async (t) => {
  const page = await plainPage(t, { "index.html": `<!doctype html><html lang="en"><title>Course</title>${examples("In a frame")[0]}` }, { headers: [] });
  const frame = await page.locator("iframe").elementHandle().then((element) => element.contentFrame());
  await frame.waitForSelector("ganomaly-demo", { state: "attached" });
  await elementWorks(frame, "ganomaly-demo");
  assert.equal(await frame.getAttribute("ganomaly-demo", "preset"), "mnist-2");
});

test("the teacher's page: networks in training bring their scores to the ROC figure, whose threshold goes with them", async (t) => {
  const teach = readFileSync(path.join(ROOT, "www/teach.html"), "utf8");
  const [recipe] = [...teach.matchAll(/<code>(.*?)<\/code><\/pre>/gs)].map(([, code]) => code).filter((code) => code.includes("ganomaly-look"));
  const page = await plainPage(t, { "index.html": pageOf("", recipe.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replace('"/ganomaly/', '"./ganomaly/')).replace('<script type="module" src=""></script>', "") }, { headers: [] });
  await page.setViewportSize({ width: 1000, height: 2600 });
  const slider = page.locator("ganomaly-roc [role=slider]").first();
  await page.evaluate(() => { document.addEventListener("ganomaly-look", ({ detail: { step } }) => { if (step > 0) globalThis.looked = true; }); });
  await elementWorks(page, "ganomaly-train");
  await page.locator("ganomaly-train button.play").click();
  await page.waitForFunction(() => globalThis.looked);
  const [found, flagged] = (await slider.getAttribute("aria-valuetext")).match(/[\d.]+%/g).map(Number.parseFloat);
  assert.ok(flagged > 0 && flagged < 10 && found >= 0, `${flagged} % of the normal images are flagged`);
});

/** What a page says on its console: a function that waits for a line. @param {import("playwright-core").Page} page */
function listenTo(page) {
  const lines = [];
  page.on("console", (message) => lines.push(message.text()));
  return async (pattern) => {
    for (let tries = 0; tries < 1200 && !lines.some((line) => pattern.test(line)); tries++) await setTimeout(100);
    const found = lines.find((line) => pattern.test(line));
    assert.ok(found, `${pattern} among ${JSON.stringify(lines)}`);
    return found;
  };
}

/** Waits until a program of the page has run to its end, where it listens. @param {import("playwright-core").Page} page @param {string} script */
const hasRun = (page, script) => page.evaluate((name) => import(name), `./${script}`);

const CONTROLS = '<input type="file" multiple><button>Stop</button><canvas width="28" height="28"></canvas>';

test("the README's programs run", async (t) => {
  const [scoring, pictures] = examples("Scoring images").map(withoutBundler);
  const [tuning] = examples("Fine-tuning").map(withoutBundler);
  const page = await plainPage(t, {
    "index.html": pageOf("scoring.js", CONTROLS), "scoring.js": scoring,
    "pictures.html": pageOf("pictures.js", CONTROLS), "pictures.js": pictures,
    "tuning.html": pageOf("tuning.js", CONTROLS), "tuning.js": tuning,
  });
  const says = listenTo(page);
  const chosen = await digits(page, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await hasRun(page, "scoring.js");
  await page.setInputFiles("input", [...chosen.slice(0, 3), { name: "no.png", mimeType: "image/png", buffer: Buffer.from("no") }]);
  await says(/^(normal|anomalous) \d/);
  await says(/^This is not an image that can be read.*[.]$/);

  await page.goto(new URL("pictures.html", page.url()).href);
  await says(/\d 100 100$/);

  await page.goto(new URL("tuning.html", page.url()).href);
  await hasRun(page, "tuning.js");
  await page.setInputFiles("input", chosen);
  for (const line of [/^epoch 3 0/, /^tuned/, /^saved \d+/]) await says(line);
  await page.click("button");
  await page.setInputFiles("input", chosen.slice(1));
  await says(/^stopped/);
});

test("a Vite project that has installed the package works: build, preview and development server", async (t) => {
  const folder = folderFor(t);
  const [figure, config] = examples("With a bundler");
  write(folder, {
    "package.json": JSON.stringify({ name: "course", private: true, type: "module" }),
    "index.html": pageOf("./main.js").replace("</title>", "</title><body></body>"),
    "vite.config.js": config,
    "main.js": `${figure}
import { Detector } from "ganomaly";
const detector = await Detector.load("mnist-2");
document.title = \`threshold \${detector.threshold()}\`;`,
  });
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", TARBALL], { cwd: folder });
  const settings = { root: folder, configFile: path.join(folder, "vite.config.js"), logLevel: /** @type {const} */ ("warn") };

  await build(settings);
  const { server, browser } = await start(t, { folder: path.join(folder, "dist"), path: SUB_PATH, headers: contentPolicy() });
  const works = async (url) => {
    const page = await visit(t, browser, url);
    await page.waitForFunction(() => document.title.startsWith("threshold "));
    assert.match(await page.title(), /^threshold [\d.]+$/);
    await elementWorks(page, "ganomaly-demo");
    assert.equal(page.workers().length, 1);
    await page.context().close();
  };
  await works(server.url);

  const local = { port: 0, host: "127.0.0.1" };
  const built = await preview({ ...settings, preview: { ...local, headers: Object.fromEntries(contentPolicy()) } });
  t.after(() => built.close());
  await works(built.resolvedUrls.local[0]);

  const development = await createServer({ ...settings, server: { ...local, watch: null } });
  t.after(() => development.close());
  await development.listen();
  await works(development.resolvedUrls.local[0]);
});
