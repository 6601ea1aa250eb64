/** The npm package as its users have it: what `npm pack` made, unpacked beside pages of theirs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PATIENCE_MS, ROOT, open, start } from "./page.js";

export const ELEMENTS = ["demo", "roc", "train", "network", "latent"];
export const ABOUT = JSON.parse(readFileSync(path.join(ROOT, "pkg/package.json"), "utf8"));
export const TARBALL = path.join(ROOT, `dist-npm/ganomaly-${ABOUT.version}.tgz`);
const README = readFileSync(path.join(ROOT, "pkg/README.md"), "utf8");
/** Where pages lie on their server: beside its top. */
export const SUB_PATH = "/courses/unit-3/";

/** A folder that ends with the test. @param {import("node:test").TestContext} t */
export function folderFor(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-package-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Unpacks the package. @param {string} folder that it is to lie in @returns {string} the folder itself */
export function unpackInto(folder) {
  mkdirSync(path.join(folder, "ganomaly"), { recursive: true });
  execFileSync("tar", ["xzf", TARBALL, "--strip-components=1", "-C", path.join(folder, "ganomaly")]);
  return folder;
}

/** A package of the tools beside it, as npm would install it. @param {string} folder @param {string} name */
export const linkInto = (folder, name) => symlinkSync(path.join(ROOT, "node_modules", name), path.join(folder, name));

/** @param {string} folder @param {Record<string, string>} files names and texts */
export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}

/** The README's examples under a heading. @param {string} heading @returns {string[]} */
export function examples(heading) {
  const section = README.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section, `the README has a section “${heading}”`);
  return [...section.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** Everything that the README shows in JavaScript for programs. @returns {string[]} */
export const programs = () => ["Scoring images", "Fine-tuning"].flatMap(examples);

/** As a page without a bundler writes it. @param {string} program */
export const withoutBundler = (program) => program.replace('"ganomaly"', '"./ganomaly/index.js"');

/** The headers that the README asks for. @returns {[string, string][]} */
export function contentPolicy() {
  const [line] = examples("Content policy");
  const [name, value] = line.trim().split(/: (.*)/s);
  return [[name, value]];
}

/** A page of one script. @param {string} script its name @param {string} [body] */
export const pageOf = (script, body = "") => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Page</title>
<script type="module" src="${script}"></script>
${body}`;

/**
 * Opens a page as `open` does. Browsers ask every host for an icon, which these pages have not.
 * @param {import("node:test").TestContext} t @param {import("playwright-core").Browser} browser @param {string} url @param {Parameters<typeof open>[3]} [options]
 */
export async function visit(t, browser, url, options) {
  const page = await open(t, browser, "about:blank", options);
  await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  await page.goto(url);
  return page;
}

/**
 * Waits until an element has begun to compute and shows something; fails with what it says if it cannot.
 * @param {import("playwright-core").Page | import("playwright-core").Frame} page @param {string} name
 */
export async function elementWorks(page, name) {
  const element = page.locator(name).first();
  await element.scrollIntoViewIfNeeded();
  await page.waitForFunction((tag) => document.querySelector(tag).shadowRoot?.querySelector(".body")?.childNodes.length > 0, name, { timeout: PATIENCE_MS });
  assert.ok((await element.boundingBox()).height > 20, `${name} has a height`);
  assert.deepEqual(await element.locator(".message[data-kind=error]:visible").allTextContents(), [], `${name} has no error`);
}

/** Digits of the package's samples as files, for a page to choose. @param {import("playwright-core").Page} page @param {number[]} cells */
export async function digits(page, cells) {
  const files = await page.evaluate(async (wanted) => {
    const { fetchSheet } = await import("./ganomaly/models/sheet.js");
    const sheet = await fetchSheet("mnist");
    return Promise.all(wanted.map(async (cell) => [...new Uint8Array(await sheet.blob(cell).arrayBuffer())]));
  }, cells);
  return files.map((bytes, index) => ({ name: `digit-${index}.bmp`, mimeType: "image/bmp", buffer: Buffer.from(bytes) }));
}

/** A page beside the unpacked package. @returns {Promise<import("playwright-core").Page & { requests: string[] }>} */
export async function plainPage(t, files, { name = "index.html", headers = contentPolicy(), mayComplain = false } = {}) {
  const folder = unpackInto(folderFor(t));
  write(folder, files);
  const { server, browser } = await start(t, { folder, path: SUB_PATH, headers });
  const page = await visit(t, browser, server.url + name, { mayComplain });
  return Object.assign(page, { requests: server.requests });
}
