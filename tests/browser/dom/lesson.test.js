import assert from "node:assert/strict";
import { test } from "node:test";
import { TAGS } from "../figures.js";
import { assertAccessible, nextFrame, open, shoot, start } from "../page.js";

const PAGES = ["lesson.html", "teach.html"];
const PHONE = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 };
const isEngine = (name) => /\/engine\/(?!client|shared)/.test(name);

/** The lesson. @param {import("node:test").TestContext} t @param {{ serves?: any, page?: any, name?: string }} [how] */
async function opened(t, { serves = {}, page: options = {}, name = "lesson.html" } = {}) {
  const { server, browser } = await start(t, serves);
  return { server, page: await open(t, browser, `${server.url}${name}`, options) };
}

const words = (page) => page.evaluate(() => document.querySelector("main").innerText.split(/\s+/).length);
/** The task whose text begins so. */
const task = (page, beginning) => page.locator("form.task").filter({ hasText: beginning });
const verdict = (form) => form.locator("output").textContent();

for (const name of PAGES) {
  test(`without JavaScript all of ${name} can be read, answers too`, async (t) => {
    const { page } = await opened(t, { name, page: { javaScriptEnabled: false } });
    assert.ok(await page.isVisible("h1"));
    assert.ok(await page.locator(".fallback").count() > 0);
    assert.equal(await page.locator(".fallback:visible").count(), await page.locator(".fallback").count());
    for (const form of await page.locator("form.task").all()) {
      assert.ok(!(await form.locator("button").isVisible()), "nothing to press that does nothing");
      await form.locator("summary").click();
      assert.ok(await form.locator("details p").first().isVisible());
    }
  });
}

/** What becomes of requests for the engine. */
const NO_ENGINE = /** @type {[string, (name: string) => any][]} */ ([
  ["does not come", (name) => !isEngine(name)],
  ["is still on its way", (name) => (isEngine(name) ? new Promise(() => {}) : true)],
]);

for (const [title, answers] of NO_ENGINE) {
  test(`where the engine ${title}, the lesson can be read, its tasks be solved, and every figure has its place`, async (t) => {
    const { page } = await opened(t, { serves: { answers }, page: { mayComplain: true } });
    await page.waitForFunction(() => !document.querySelector("main :not(:defined)"));
    assert.ok(await words(page) > 2000);
    await task(page, "Which digit is the hardest").locator("select").selectOption("1");
    await task(page, "Which digit is the hardest").locator("button").click();
    assert.equal(await verdict(task(page, "Which digit is the hardest")), "Right.");
    const heights = await page.locator(TAGS.join()).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(heights.length >= TAGS.length && heights.every((height) => height > 400), `${heights}`);
  });
}

test("nothing computes before a figure is on the screen", async (t) => {
  const { page, server } = await opened(t, { page: { viewport: { width: 1280, height: 300 } } });
  await page.waitForFunction(() => customElements.get("ganomaly-latent"));
  await page.waitForLoadState("networkidle");
  assert.deepEqual(server.requests.filter((name) => isEngine(name) || name.includes("/weights/")), []);
  await page.locator("#map").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/engine/worker.js")));
});

test("choices, numbers and words are checked, with a hint for a wrong one", async (t) => {
  const { page } = await opened(t, { serves: { answers: (name) => !isEngine(name) }, page: { mayComplain: true } });
  const classifier = task(page, "A classifier is trained");
  await classifier.locator("button").click();
  assert.match(await verdict(classifier), /first/);
  await classifier.getByLabel("It reports a tenth class").check();
  await classifier.locator("button").click();
  assert.match(await verdict(classifier), /Not quite.*no tenth output/);
  assert.ok(!(await classifier.locator("details").evaluate((one) => one.open)), "a wrong answer does not give the right one away");
  await classifier.getByLabel("One of the nine digits").check();
  await page.keyboard.press("Enter");
  assert.equal(await verdict(classifier), "Right.");
  assert.ok(await classifier.locator("details").evaluate((one) => one.open));
  const distance = task(page, "Let z = (1");
  for (const [given, said] of [["3", /Not quite/], ["1.67", /Right/]]) {
    await distance.locator("input").fill(given);
    await page.keyboard.press("Enter");
    assert.match(await verdict(distance), said);
  }
  assert.match(await page.locator("#tally").textContent(), /solved 2 of \d+/);
});

test("every task has one right answer among those that can be given", async (t) => {
  const { page } = await opened(t, { page: { javaScriptEnabled: false } });
  const wrong = await page.locator("form.task").evaluateAll((forms) => forms.filter((form) => {
    const { right, deed, figure } = form.dataset;
    if (deed) return !document.getElementById(figure);
    const offered = [...form.querySelectorAll("input[type=radio], option")].map((one) => one.value);
    return offered.length > 0 ? offered.filter((one) => one === right).length !== 1 : Number.isNaN(Number(right));
  }).map((form) => form.textContent.trim()));
  assert.deepEqual(wrong, []);
});

test("a task that is done in a figure is checked there", async (t) => {
  const { page } = await opened(t);
  const missed = task(page, "find a 2 that the networks let through");
  await missed.locator("button").click();
  assert.match(await verdict(missed), /Not yet/);
  await page.locator("#map").scrollIntoViewIfNeeded();
  const tells = (isFlagged) => page.evaluate((flagged) => document.getElementById("map")
    .dispatchEvent(new CustomEvent("ganomaly-selected", { detail: { isAnomaly: true, isFlagged: flagged } })), isFlagged);
  await tells(true);
  await missed.locator("button").click();
  assert.match(await verdict(missed), /Not yet/);
  await tells(false);
  await missed.locator("button").click();
  assert.match(await verdict(missed), /Right/);
});

test("the address can ask for all answers, which are then on paper, too", async (t) => {
  const { page } = await opened(t, { name: "lesson.html?answers", serves: { answers: (file) => !isEngine(file) }, page: { mayComplain: true } });
  const answers = page.locator(".task details");
  await page.waitForFunction(() => [...document.querySelectorAll("details")].every((one) => one.open));
  await page.emulateMedia({ media: "print" });
  assert.ok(await answers.first().isVisible());
  await page.goto(page.url().replace("?answers", ""));
  assert.equal(await answers.first().evaluate((one) => one.open), false);
  assert.ok(await answers.first().isHidden(), "a worksheet has no answers");
});

for (const name of PAGES) {
  for (const [title, options] of /** @type {const} */ ([["desktop", { viewport: { width: 1280, height: 900 } }], ["phone", PHONE]])) {
    test(`${name} is accessible in light and dark, and as wide as the screen: ${title}`, async (t) => {
      const { page } = await opened(t, { name, serves: { answers: (file) => !isEngine(file) }, page: { ...options, mayComplain: true } });
      await page.waitForFunction(() => !document.querySelector("main :not(:defined)"));
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await page.emulateMedia({ colorScheme });
        await nextFrame(page);
        await shoot(page, `${name.replace(".html", "")}-${title}-${colorScheme}`);
        await assertAccessible(page, `${title} ${colorScheme}`);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= options.viewport.width);
    });
  }
}
