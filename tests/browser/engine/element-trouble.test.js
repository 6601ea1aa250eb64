import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { LOOKS, openElements } from "../embed.js";
import { contentPolicy, elementWorks, folderFor, pageOf, unpackInto, visit, write } from "../package.js";
import { assertAccessible, shoot, start } from "../page.js";

const CRASHES = 'new BroadcastChannel("crash").onmessage = () => setTimeout(() => { throw new Error("out of memory"); });\n';
const crash = (page) => page.evaluate(() => new BroadcastChannel("crash").postMessage(null));

const scored = (page) => page.waitForSelector("ganomaly-demo .verdict[data-verdict]");
const message = (page, name) => page.locator(`ganomaly-${name} .message:visible`);
const retry = (page, name) => message(page, name).getByRole("button");
const given = `<ganomaly-roc id="given" scores='{"normal":[1,2],"anomalous":[2,3]}'></ganomaly-roc>`;
/** The rest of the page: text, and an element that needs no engine. @param {import("../page.js").Page} page */
async function restIsWell(page) {
  assert.ok(await page.isVisible("#after"));
  assert.equal(await page.textContent("#given [data-cell=truePositives] strong"), "2");
  assert.equal(await page.locator("#given .message:visible").count(), 0);
}

test("an engine that breaks off in the middle: the element says so and begins anew; the others go on", async (t) => {
  const page = await openElements(t, `<ganomaly-demo lang="de"></ganomaly-demo><ganomaly-roc></ganomaly-roc>${given}<p id="after">After.</p>`,
    { host: { workerPrelude: CRASHES }, viewport: { width: 1100, height: 3000 }, mayComplain: true });
  await scored(page);
  const hint = () => page.locator("ganomaly-roc:not(#given) .hint").textContent();
  await page.waitForFunction(() => document.querySelector("ganomaly-roc").shadowRoot.querySelector("[role=slider]").tabIndex === 0);
  await crash(page);
  const roc = page.locator("ganomaly-roc:not(#given)");
  await roc.locator(".message", { hasText: "broke off unexpectedly" }).waitFor();
  await restIsWell(page);
  await page.locator("ganomaly-demo .sample >> nth=3").click();
  await page.waitForFunction(() => document.querySelector("ganomaly-demo").shadowRoot.querySelector(".verdict + .quiet").textContent.includes("Ziffer 3"));
  assert.equal(await message(page, "demo").count(), 0, "it lost nothing, so there is nothing to say");
  await roc.getByRole("button", { name: "Try again" }).click();
  await page.waitForFunction(() => /^Drag/.test(document.querySelector("ganomaly-roc").shadowRoot.querySelector(".hint").textContent));
  assert.match(await hint(), /^Drag/);
  assert.equal(await roc.locator(".message:visible").count(), 0);
});

test("an engine that ended for good and comes not back: the next try starts another", async (t) => {
  let isGone = false;
  const answers = (name) => !(isGone && name.includes("/engine/"));
  const page = await openElements(t, `<ganomaly-demo></ganomaly-demo>${given}<p id="after">After.</p>`, { host: { workerPrelude: CRASHES, answers }, mayComplain: true });
  await scored(page);
  isGone = true;
  await crash(page);
  await page.click(".sample >> nth=3");
  await message(page, "demo").waitFor();
  assert.match(await message(page, "demo").textContent(), /engine.*Try again/);
  await retry(page, "demo").click();
  await message(page, "demo").waitFor();
  await restIsWell(page);
  isGone = false;
  await retry(page, "demo").click();
  await scored(page);
  assert.equal(await message(page, "demo").count(), 0);
});

test("a browser without WebAssembly: said in place, and the rest of the page is well", async (t) => {
  const page = await openElements(t, `<ganomaly-demo></ganomaly-demo><ganomaly-latent></ganomaly-latent><ganomaly-train></ganomaly-train>${given}<p id="after">After.</p>`,
    { host: { workerPrelude: "delete globalThis.WebAssembly;\n" }, viewport: { width: 1100, height: 4000 } });
  for (const name of ["demo", "latent", "train"]) {
    await message(page, name).waitFor();
    assert.match(await message(page, name).textContent(), /^This browser has no WebAssembly.*current version/);
  }
  await restIsWell(page);
});

for (const [look, options] of LOOKS.filter(([name]) => name === "desktop-light" || name === "phone-dark")) {
  test(`an engine that does not come: said in place, with a button; removed and put back, it begins anew: ${look}`, async (t) => {
    let isGone = true;
    const answers = (name) => !(isGone && name.endsWith(".wasm"));
    const page = await openElements(t, `<ganomaly-demo></ganomaly-demo><p id="after">After.</p>`, { host: { answers }, mayComplain: true, ...options });
    await message(page, "demo").waitFor();
    await shoot(page, `element-trouble-${look}`);
    await assertAccessible(page, look);
    isGone = false;
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.evaluate(() => {
      const demo = document.querySelector("ganomaly-demo");
      demo.remove();
      demo.setAttribute("anomaly", "4");
      document.querySelector("#after").before(demo);
    });
    await scored(page);
    assert.equal(await message(page, "demo").count(), 0);
    assert.deepEqual(errors, []);
  });
}

test("what stands between the tags is shown where the script does not run, and only there", async (t) => {
  const markup = '<ganomaly-demo><p class="instead">A figure that needs a script.</p></ganomaly-demo>';
  const without = await openElements(t, markup, { javaScriptEnabled: false });
  assert.ok(await without.isVisible(".instead"));
  const broken = await openElements(t, markup, { host: { answers: (name) => !name.includes("/elements/") }, mayComplain: true });
  assert.ok(await broken.isVisible(".instead"));
  const page = await openElements(t, markup);
  await scored(page);
  assert.ok(!(await page.isVisible(".instead")));
});

test("two versions of the package on a page: each element is of the first that defines it, and all work", async (t) => {
  const folder = folderFor(t);
  for (const version of ["first", "second"]) unpackInto(path.join(folder, version));
  write(folder, {
    "index.html": pageOf("page.js", "<ganomaly-demo></ganomaly-demo><ganomaly-roc></ganomaly-roc>"),
    "page.js": 'import "./first/ganomaly/elements/demo.js"; import "./second/ganomaly/elements/index.js"; import "./first/ganomaly/elements/index.js";',
  });
  const { server, browser } = await start(t, { folder, headers: contentPolicy() });
  const page = await visit(t, browser, server.url, { viewport: { width: 1100, height: 3000 } });
  for (const name of ["demo", "roc"]) await elementWorks(page, `ganomaly-${name}`);
  await scored(page);
  await page.waitForFunction(() => document.querySelector("ganomaly-roc").shadowRoot.querySelector("[role=slider]").tabIndex === 0);
  assert.deepEqual(page.workers().map((worker) => new URL(worker.url()).pathname.split("/")[1]).sort(), ["first", "second"]);
});
