/** Projects that are left, taken over or opened while something is still under way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rings } from "../fixtures.js";
import { closeGate, gate, openGate, reached } from "../gates.js";
import { answer, bring, countOf, createProject, learn, listIsThere, openTool, projectIs, projectsAre, saved, secondTab, startWithFakeEngine, tell } from "../inspect.js";
import { messages, nextFrame, open, until } from "../page.js";

const STORAGE = "inspect/storage/worker.js";

/** Every write, and every answer of the engine, takes so long from when the page says so. */
const slowly = (method) => `{
  const original = ${method};
  let ms = 0;
  const channel = new BroadcastChannel("slowly");
  channel.onmessage = ({ data }) => {
    ms = data;
    channel.postMessage("heard");
  };
  ${method} = async function (...given) {
    if (ms > 0) await new Promise((done) => { setTimeout(done, ms); });
    return original.apply(this, given);
  };
}\n`;

const isOnList = (page) => page.waitForSelector("#projects:not([hidden])");
const locksHeld = (page) => page.evaluate(async () => (await navigator.locks.query()).held.map(({ name }) => name).filter((name) => name.startsWith("ganomaly-project-")));

test("a project that is left while it is being scored: what another tab makes of it then is not written over", async (t) => {
  const started = await startWithFakeEngine(t, { workerPrelude: slowly("self.postMessage"), preludes: { [STORAGE]: slowly("FileSystemFileHandle.prototype.createWritable") } });
  const first = await openTool(t, started);
  await createProject(first, "Scored");
  await bring(first, "normals", rings(12));
  await learn(first);
  await saved(first);
  await tell(first, "slowly", 100);
  await first.setInputFiles("#images-files", rings(300));
  await first.waitForFunction(() => document.querySelector("#images-grid [data-score]:not([data-score=''])"));
  const second = await secondTab(first);
  await first.click("#back");
  await isOnList(first);
  await second.reload();
  await projectIs(second, "Scored");
  assert.ok(await second.isHidden("#reader"), "it was given back");
  await second.click("#project-rename");
  await answer(second, "Gone on with");
  await nextFrame(second);
  await saved(second);
  await second.close();
  await first.click("[data-testid=project-link]");
  await first.waitForSelector("#project:not([hidden])");
  assert.equal(await first.textContent("#project-name"), "Gone on with");
});

test("changes that could not be written give way to those that another tab has made since, and it is said", async (t) => {
  const full = `{
    const create = FileSystemFileHandle.prototype.createWritable;
    let isFull = false;
    new BroadcastChannel("no room").onmessage = ({ data }) => { isFull = data; };
    FileSystemFileHandle.prototype.createWritable = async function (...options) {
      if (isFull) throw new DOMException("There is no room.", "QuotaExceededError");
      return create.apply(this, options);
    };
  }\n`;
  const started = await startWithFakeEngine(t, { preludes: { [STORAGE]: full } });
  const first = await openTool(t, started);
  await createProject(first, "Twice");
  await saved(first);
  const room = (isFull) => first.evaluate((value) => new BroadcastChannel("no room").postMessage(value), isFull);
  await room(true);
  await bring(first, "normals", rings(3));
  await first.waitForSelector("#save-state[data-phase=unsaved]", { state: "attached" });
  const url = first.url();
  await first.click("#back");
  await isOnList(first);
  await room(false);
  const second = await first.context().newPage();
  await second.goto(url);
  await projectIs(second, "Twice");
  await bring(second, "normals", rings(5));
  await nextFrame(second);
  await saved(second);
  await second.close();
  await first.click("[data-testid=project-link]");
  await projectIs(first, "Twice");
  assert.equal(await countOf(first, "normals"), 5);
  assert.match((await messages(first, /** @type {any} */ ("project"))).join(), /Another tab has changed this project since it was left here/);
});

test("left before it was read: it does not open after all", async (t) => {
  const started = await startWithFakeEngine(t, { preludes: { [STORAGE]: gate("reading", "Blob.prototype.text", { isOpen: true }) } });
  const page = await openTool(t, started);
  await createProject(page, "Slow to open");
  await page.click("#back");
  await isOnList(page);
  await page.waitForSelector("[data-testid=project-link]");
  await closeGate(page, "reading");
  await page.click("[data-testid=project-link]");
  await reached(page, "reading");
  await page.goBack();
  await openGate(page, "reading");
  await until(async () => (await locksHeld(page)).length === 0); // nobody has it
  await nextFrame(page);
  assert.ok(await page.isHidden("#project"));
  assert.ok(await page.isVisible("#projects"));
  await closeGate(page, "reading");
  await page.click("[data-testid=project-link]");
  await page.goBack();
  await page.click("[data-testid=project-link]");
  await reached(page, "reading");
  await openGate(page, "reading");
  await projectIs(page, "Slow to open");
  assert.ok(await page.isHidden("#reader"), "opened twice in a row, it is still this tab's own");
});

/** A tab that does not answer when another asks for its project. */
const deaf = () => Object.defineProperty(BroadcastChannel.prototype, "onmessage", { set() {} });

/** A tab whose patience with the other is at an end when the test says so. */
const patient = () => {
  AbortSignal.timeout = () => {
    const abort = new AbortController();
    globalThis.losePatience = () => abort.abort(new DOMException("", "TimeoutError"));
    return abort.signal;
  };
};
const losePatience = (page) => page.evaluate(() => globalThis.losePatience());

test("taken over: the page stays where it is; and not at all if it is left before", async (t) => {
  const started = await startWithFakeEngine(t);
  const first = await openTool(t, started, { before: deaf });
  await createProject(first, "Wanted");
  await bring(first, "normals", rings(200));
  await saved(first);
  const second = await secondTab(first, patient);
  await projectIs(second, "Wanted");
  await second.click("#take-over");
  await second.click("#back");
  await isOnList(second);
  await losePatience(second);
  await second.evaluate(() => navigator.locks.query());
  await nextFrame(second);
  assert.ok(await second.isHidden("#project"), "it was left");
  assert.ok(await first.isHidden("#reader"), "and not taken from the first");

  await second.click("[data-testid=project-link]");
  await projectIs(second, "Wanted");
  await second.waitForSelector("#reader:not([hidden])");
  await nextFrame(second); // it is scrolled to the top when it is opened
  await second.evaluate(() => {
    scrollTo({ top: 200, behavior: "instant" });
    window.listsSeen = 0;
    const list = document.querySelector("#projects");
    new MutationObserver(() => { if (!list.hidden) window.listsSeen += 1; }).observe(list, { attributeFilter: ["hidden"] });
  });
  await second.evaluate(() => document.querySelector("#take-over").click());
  await losePatience(second);
  await second.waitForSelector("#reader", { state: "hidden" });
  await nextFrame(second);
  assert.equal(await second.evaluate(() => window.listsSeen), 0);
  assert.ok((await second.evaluate(() => scrollY)) > 0);
  await first.waitForSelector("#reader:not([hidden])");
});

test("a project is started, and an empty folder is dropped, before the list is read", async (t) => {
  const { server, browser } = await startWithFakeEngine(t, { preludes: { [STORAGE]: gate("storage", "StorageManager.prototype.getDirectory") } });
  const page = await open(t, browser, `${server.url}inspect.html?backend=cpu`);
  await page.fill("#new-name", "Early");
  await page.click("#create");
  await reached(page, "storage");
  await openGate(page, "storage");
  await projectIs(page, "Early");
  await page.click("#back");
  await listIsThere(page);
  await isOnList(page);
  await page.evaluate(() => document.querySelector("#normals-folder-files").dispatchEvent(new Event("change")));
  await page.waitForSelector("#messages-projects .message");
  // The list that was read before the project was there is shown until the next one is read.
  await page.waitForSelector("[data-testid=project-link]");
  await projectsAre(page, ["Early"]);
  assert.match((await messages(page, /** @type {any} */ ("projects"))).join(), /There was no image in it\./);
});

test("images that are on their way into a project do not turn up in the next", async (t) => {
  const slow = `{
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = async function () { await new Promise((done) => { setTimeout(done, 60); }); return read.call(this); };
  }\n`;
  const page = await openTool(t, await startWithFakeEngine(t, { preludes: { "inspect/intake/worker.js": slow } }));
  await createProject(page, "Second");
  const second = new URL(page.url()).hash;
  await page.click("#back");
  await isOnList(page);
  await createProject(page, "First");
  await page.setInputFiles("#images-files", rings(60));
  await page.waitForFunction(() => /^\d{2}/.test(document.querySelector("[data-testid=images-intake-progress] .number-text").textContent));
  await page.evaluate((hash) => { location.hash = hash; }, second);
  await projectIs(page, "Second");
  await bring(page, "images", rings(30));
  assert.equal(await countOf(page, "images"), 30);
  assert.equal((await messages(page, /** @type {any} */ ("images"))).join(), "Note: 30 images taken in.");
  await saved(page);
});
