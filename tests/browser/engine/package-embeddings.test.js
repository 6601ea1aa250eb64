/** The npm package in frames, slides and the pages of its gallery. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ELEMENTS, elementWorks, folderFor, linkInto, pageOf, plainPage, unpackInto, visit, write } from "../package.js";
import { atRest, ROOT, shoot, start } from "../page.js";

test("embed.html takes the attributes of its element only, and names the elements that there are", async (t) => {
  const page = await plainPage(t, {}, { name: "ganomaly/embed.html?element=roc&theme=dark&lang=de&onfocus=alert(1)&style=color:red" });
  await page.waitForSelector("ganomaly-roc", { state: "attached" });
  assert.deepEqual(await page.$eval("ganomaly-roc", (element) => element.getAttributeNames().sort()), ["lang", "theme"]);
  assert.equal(await page.getAttribute("html", "lang"), "de");
  await page.goto(page.url().replace("element=roc", "element=rock"));
  assert.match(await page.textContent("body"), /“rock”\. Use demo, roc/);
});

test("the embeddings of the gallery work, and ask no other host", async (t) => {
  const folder = folderFor(t);
  unpackInto(folder);
  linkInto(folder, "reveal.js");
  const { server, browser } = await start(t, { folder, headers: [] });
  const pages = { jekyll: ["roc", "demo"], quarto: ["network", "latent"], notebook: ["train"] };
  for (const [name, elements] of Object.entries(pages)) {
    const page = await openHere(t, browser, server, `ganomaly/gallery/${name}.html`);
    for (const element of elements) await elementWorks(page, `ganomaly-${element}`);
    await page.context().close();
  }

  const course = await openHere(t, browser, server, "ganomaly/gallery/moodle.html");
  const frame = await course.locator("iframe").elementHandle().then((element) => element.contentFrame());
  await frame.waitForSelector("ganomaly-demo", { state: "attached" });
  await elementWorks(frame, "ganomaly-demo");
  await course.context().close();

  const slides = await openHere(t, browser, server, "ganomaly/gallery/reveal.html");
  await slides.waitForSelector(".reveal.ready");
  assert.equal(await slides.$eval("ganomaly-demo", (element) => element.isVisible), false, "what is on no slide in view does not compute");
  await slides.keyboard.press("ArrowRight");
  await slides.waitForFunction(() => document.querySelector("ganomaly-demo").isVisible);
  await elementWorks(slides, "ganomaly-demo");
});

test("figures fit the slides, take the pointer where it is, and let a clicker turn them", async (t) => {
  const folder = folderFor(t);
  unpackInto(folder);
  linkInto(folder, "reveal.js");
  const { server, browser } = await start(t, { folder, headers: [] });
  const slides = await visit(t, browser, `${server.url}ganomaly/gallery/reveal.html#/1`, { viewport: { width: 1280, height: 720 } });
  const onSlide = async (name) => {
    await slides.waitForSelector(`section.present ${name}`);
    await slides.waitForFunction((tag) => document.querySelector(tag).isVisible, name);
    await elementWorks(slides, name);
    await atRest(slides); // the transition
    await shoot(slides, `slides-${name}`, { fullPage: false });
    const { y, height } = await slides.locator(name).boundingBox();
    assert.ok(y >= 0 && y + height <= 720, `${name} from ${y} to ${y + height}`);
  };
  await onSlide("ganomaly-demo");
  await slides.keyboard.press("PageDown");
  await onSlide("ganomaly-roc");
  const threshold = slides.locator("ganomaly-roc [role=slider]").first();
  await threshold.and(slides.locator(":not([aria-disabled])")).waitFor();
  const { x, y, width, height } = await threshold.boundingBox();
  await slides.mouse.click(x + width / 2, y + height / 2);
  const [now, most] = await threshold.evaluate((chart) => [Number(chart.ariaValueNow), Number(chart.ariaValueMax)]);
  assert.ok(Math.abs(now / most - 0.5) < 0.02, `${now} of ${most} at half the width`);
  const section = () => slides.evaluate(() => document.querySelector("section.present").querySelector("h2") ? "title" : document.querySelector("section.present").firstElementChild.localName);
  await slides.keyboard.press("ArrowLeft");
  assert.equal(await section(), "ganomaly-roc", "arrow keys are the figure's");
  await slides.keyboard.press("PageUp");
  assert.equal(await section(), "ganomaly-demo");
  await slides.keyboard.press("ArrowLeft");
  assert.equal(await section(), "title", "the keyboard is the slides' again");
});

test("frames are as high as the README says, and tell the page around", async (t) => {
  const rows = readFileSync(path.join(ROOT, "pkg/README.md"), "utf8").matchAll(/^\| `element=([\w&]+)` \| (\d+) \| (\d+) \|$/gm);
  const said = [...rows].flatMap(([, query, desktop, phone]) => [{ query, width: 700, height: Number(desktop) }, { query, width: 360, height: Number(phone) }]);
  assert.equal(said.length, 2 * (ELEMENTS.length + 1));
  const folder = unpackInto(folderFor(t));
  const frames = said.map(({ query, width, height }) => `<iframe title="${query}" src="ganomaly/embed.html?element=${query.replace("&", "&amp;")}" style="border: 0; display: block; width: ${width}px; height: ${height}px"></iframe>`);
  write(folder, { "index.html": pageOf("page.js", frames.join("\n")), "page.js": `
globalThis.heights = {};
addEventListener("message", ({ data, source }) => {
  if (data.type === "ganomaly-height") heights[[...document.querySelectorAll("iframe")].findIndex((frame) => frame.contentWindow === source)] = data.height;
});` });
  const { server, browser } = await start(t, { folder, headers: [] });
  const page = await visit(t, browser, server.url);
  await page.waitForFunction((count) => Object.keys(globalThis.heights).length === count, said.length);
  await page.waitForTimeout(3000);
  const heights = await page.evaluate(() => globalThis.heights);
  said.forEach(({ query, width, height }, index) => {
    t.diagnostic(`${query} in ${width} pixels: ${heights[index]}, said ${height}`);
    assert.ok(heights[index] <= height && heights[index] > height - 350, `${query} in ${width} pixels is ${heights[index]} high, not ${height}`);
  });
});

/** A page that fails the test if it asks another host. */
async function openHere(t, browser, server, name) {
  const page = await visit(t, browser, "about:blank");
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) assert.ok(request.url().startsWith(server.url), `${name} asks for ${request.url()}`);
  });
  await page.goto(server.url + name);
  return page;
}

test("what the gallery's sources say stands in its pages", () => {
  const read = (name) => readFileSync(path.join(ROOT, "pkg/gallery", name), "utf8");
  const tags = (text) => text.replaceAll('\\"', '"').match(/<(ganomaly-\w+|script type="module" src)[^>]*>/g);
  assert.deepEqual(tags(read("jekyll.md")), tags(read("jekyll.html")));
  assert.deepEqual(tags(read("quarto.qmd")).sort(), tags(read("quarto.html")).sort());
  assert.deepEqual(new Set(tags(read("notebook.ipynb"))), new Set(tags(read("notebook.html"))));
});
