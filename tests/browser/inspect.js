/** The tool's page, as its tests use it. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { nextFrame, open, start, startShared } from "./page.js";

const read = (name) => readFileSync(new URL(`./${name}`, import.meta.url), "utf8");

/** Written once, by name. @type {Map<string, string>} */
const engines = new Map();

/** Stand-ins for the engine's workers, with what they import in them, since a copy for offline use knows of no more files: for the server. @param {string} name */
export function engineFrom(name) {
  if (!engines.has(name)) {
    const file = path.join(tmpdir(), `ganomaly-${process.pid}-${name}`);
    process.once("exit", () => rmSync(file, { force: true }));
    writeFileSync(file, `${read(name).replace(/^import .* from "\.\/stand-in\.js";$/m, "")}\n${read("stand-in.js").replaceAll(/^export /gm, "")}`);
    engines.set(name, file);
  }
  return { "pkg/engine/worker.js": engines.get(name), "pkg/engine/picture-worker.js": fileURLToPath(new URL("./fake-pictures.js", import.meta.url)) };
}

/** Serves the page with an engine that answers at once; without options (an empty object is some) by `startShared`. @param {import("node:test").TestContext} t @param {any} [options] */
export function startWithFakeEngine(t, options) {
  const extra = engineFrom("fake-engine.js");
  return options ? start(t, { ...options, extra }) : startShared(t, { module: "", extra });
}

/**
 * Opens the list of projects.
 * @param {import("node:test").TestContext} t @param {{ server: any, browser: any }} started
 * @param {{ before?: () => void, clock?: boolean, mayComplain?: boolean } & Record<string, any>} [options] `before` runs in the page first;
 *   with `clock` the page's time can be moved on by `page.clock`
 */
export async function openTool(t, { server, browser }, { before, ...options } = {}) {
  const page = await open(t, browser, "about:blank", options);
  // A file picker would wait for somebody.
  await page.addInitScript(() => { delete (/** @type {any} */ (window)).showSaveFilePicker; });
  if (before) await page.addInitScript(before);
  await page.goto(`${server.url}inspect.html?backend=cpu`);
  await listIsThere(page);
  return page;
}

/** @param {Page} page */
export const listIsThere = (page) => page.waitForFunction(() => document.querySelector("#storage-text").textContent !== "");

/** @param {Page} page @param {string} name */
export async function createProject(page, name) {
  await page.fill("#new-name", name);
  await page.click("#create");
  await projectIs(page, name);
}

/** @param {Page} page @param {string} name */
export const projectIs = (page, name) => page.waitForFunction((wanted) => document.querySelector("#project-name").textContent === wanted, name);

/** Brings files and waits until all are looked at. @param {Page} page @param {"normals" | "images"} part */
export async function bring(page, part, files, input = `${part}-files`) {
  await page.setInputFiles(`#${input}`, files);
  await nextFrame(page); // from then on the progress is shown
  await intakeIsOver(page, part);
}

/** @param {Page} page @param {"normals" | "images"} part */
export async function intakeIsOver(page, part) {
  await page.waitForFunction((name) => document.querySelector(`#messages-${name} .message, [data-testid=${name}-left-out] .message`), part);
  await page.waitForSelector(`[data-testid=${part}-intake-progress]`, { state: "hidden" });
  await nextFrame(page);
}

/** How many images a part has. @param {Page} page @param {"normals" | "images"} part */
export const countOf = async (page, part) => Number((await page.textContent(`#${part}-count`)).replace(/\D/g, ""));

/** What was left out of a part: counts by reason. @param {Page} page @returns {Promise<Record<string, number>>} */
export async function leftOut(page, part) {
  return Object.fromEntries(await page.$$eval(`[data-testid=${part}-left-out] li`, (all) => all.map((one) => [one.dataset.reason, Number(one.dataset.count)])));
}

/** The page makes its copy for offline use when it has had an engine for a while: that while is over. @param {Page} page opened with a clock */
export async function calmIsOver(page) {
  await page.waitForSelector("#backend-status[data-backend]:not([data-backend=''])");
  await page.clock.fastForward(5000);
}

/** @param {Page} page */
export const saved = (page) => page.waitForSelector("#save-state[data-phase=saved]");

/** Learns with the settings as they are. @param {Page} page */
export async function learn(page) {
  await page.click("#learn-start");
  await page.waitForSelector("#run[data-phase=over]");
  await page.waitForSelector("#learn-trained[data-model=true]");
}

/** @param {Page} page */
export const allChecked = (page) => page.waitForSelector("#images-grid[data-complete=true]");

/** The verdicts in view by name. @param {Page} page @returns {Promise<Record<string, string>>} */
export async function verdicts(page) {
  await nextFrame(page);
  return Object.fromEntries(await page.$$eval("#images-grid .virtual-cell", (all) => all.map((cell) => [cell.title.split(":")[0], cell.dataset.verdict])));
}

/** Answers the dialogue. @param {Page} page @param {string} [value] for its field */
export async function answer(page, value) {
  if (value !== undefined) await page.fill("[data-testid=ask-field]", value);
  await page.click("[data-testid=ask-confirm]");
  await page.waitForSelector("[data-testid=ask]", { state: "detached" });
}

/** Waits until the list has these projects, in this order: it is drawn before it is read. @param {Page} page @param {string[]} names */
export const projectsAre = (page, names) => page.waitForFunction((wanted) => {
  const links = [...document.querySelectorAll("[data-testid=project-link]")];
  return JSON.stringify(links.map((link) => link.textContent)) === wanted;
}, JSON.stringify(names));

/** A file as setInputFiles takes it. @param {string} name @param {string} file its path */
export const fileAs = (name, file) => ({ name, mimeType: "application/octet-stream", buffer: readFileSync(file) });

/** Another tab of the same browser, at the same address. @param {Page} page @param {() => void} [before] runs in it first */
export async function secondTab(page, before) {
  const second = await page.context().newPage();
  if (before) await second.addInitScript(before);
  await second.goto(page.url());
  return second;
}

/** The names of the open project's files, but for the images. @param {Page} page @returns {Promise<string[]>} */
export const largeFiles = (page) => page.evaluate(async () => {
  const names = [];
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
  const folder = await projects.getDirectoryHandle(location.hash.split("=")[1]);
  for await (const name of folder.keys()) if (name.endsWith(".safetensors")) names.push(name);
  return names.sort();
});

/** What a file of the open project says. @param {Page} page @param {string} name @returns {Promise<string>} */
export const fileText = (page, name) => page.evaluate(async (wanted) => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle("projects");
  const folder = await projects.getDirectoryHandle(location.hash.split("=")[1]);
  return (await (await folder.getFileHandle(wanted)).getFile()).text();
}, name);

/** Tells something to the code that a test has put before a worker's, and waits until it answers "heard". @param {Page} page @param {string} name of a BroadcastChannel @param {any} value */
export const tell = (page, name, value) => page.evaluate(([channelName, data]) => new Promise((heard) => {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (answer) => { if (answer.data === "heard") heard(); };
  channel.postMessage(data);
}), [name, value]);
