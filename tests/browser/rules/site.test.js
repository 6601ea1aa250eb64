/** The finished pages as files: headers, manifest, links, what is kept for offline use. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { headersIn, trunkHeadersIn } from "../headers.js";
import { ROOT, SITE } from "../page.js";

const ARTICLES = ["lesson.html", "teach.html"];
const PAGES = ["index.html", "inspect.html", ...ARTICLES];
const ARCHIVE = "ganomaly.zip";
const read = (...names) => readFileSync(path.join(ROOT, ...names), "utf8");
const manifest = JSON.parse(readFileSync(path.join(SITE, "manifest.webmanifest"), "utf8"));
const asked = new Map(headersIn(read("www/_headers")));

test("`make demo` serves with the headers of the file for static hosts", () => {
  assert.deepEqual(trunkHeadersIn(read("Trunk.toml")), [...asked]);
});

test("`make demo` builds anew when anything changes that the page is made of", () => {
  const [, listed] = /^watch = (\[.*\])$/m.exec(read("Trunk.toml"));
  const watched = JSON.parse(listed);
  assert.deepEqual(["src", "pkg", "www", "weights", "Cargo.toml", "Cargo.lock"].filter((name) => !watched.includes(name)), []);
});

test("the pages' own policy says what the header says, but for what only a header can say", () => {
  const policy = (text) => text.split(";").map((part) => part.trim()).filter((part) => !part.startsWith("frame-ancestors")).sort();
  for (const page of PAGES) {
    const [, own] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(readFileSync(path.join(SITE, page), "utf8"));
    assert.deepEqual(policy(own), policy(asked.get("Content-Security-Policy")), page);
  }
});

/** Width and height of a PNG file. */
const sizeOf = (bytes) => `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;

test("the icons are there, in the sizes that the manifest says", () => {
  for (const { src, sizes, type } of manifest.icons) {
    const bytes = readFileSync(path.join(SITE, src));
    if (type === "image/png") assert.equal(sizeOf(bytes), sizes, src);
    assert.ok(bytes.length < 20_000, `${src} is ${bytes.length} bytes`);
  }
});

test("the manifest is valid", () => {
  for (const field of ["id", "name", "short_name", "description", "lang", "start_url", "scope", "display", "background_color", "theme_color", "icons"]) {
    assert.ok(manifest[field], field);
  }
  assert.ok(manifest.short_name.length <= 12, "as much as fits below an icon");
  const base = new URL("https://example.org/some/where/manifest.webmanifest");
  const scope = new URL(manifest.scope, base).href;
  for (const { url } of [{ url: manifest.start_url }, ...manifest.shortcuts]) {
    assert.ok(new URL(url, base).href.startsWith(scope), url);
    assert.ok(statSync(path.join(SITE, url)).isFile(), url);
  }
  const purposes = manifest.icons.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`);
  for (const needed of ["192x192 any", "512x512 any", "512x512 maskable"]) assert.ok(purposes.includes(needed), needed);
});

test("links lead somewhere, and each page is linked from the others", () => {
  const text = (name) => read("www", name);
  for (const name of ARTICLES) {
    for (const [, target] of text(name).matchAll(/(?:href|src)="([^"]*)"/g)) {
      const [file, place] = target.replace("./", "").replace(/\?.*$/, "").split("#");
      assert.doesNotMatch(target, /^https?:/, "a link that the headers forbid");
      if (target.startsWith("/ganomaly/")) continue; // in an example
      if (file === ARCHIVE) {
        assert.ok(existsSync(path.join(SITE, ARCHIVE)));
        continue;
      }
      const there = text(file || name);
      if (place) assert.match(there, new RegExp(`id="${place}"`), `${target} in ${name}`);
    }
  }
  assert.match(text("index.html"), /lesson\.html/);
  assert.match(text("lesson.html"), /teach\.html/);
});

test("the archive is as large as the teacher's page says, and not kept for offline use", () => {
  const [, megabytes] = read("www/teach.html").match(/ganomaly\.zip<\/a>, (\d+) MB/);
  assert.ok(Math.abs(statSync(path.join(SITE, ARCHIVE)).size / 1e6 - Number(megabytes)) < 1);
  const { always, onUse } = JSON.parse(readFileSync(path.join(SITE, "offline.json"), "utf8"));
  assert.ok(!(ARCHIVE in always) && !(ARCHIVE in onUse));
});

test("both pages and their figures are kept for offline use", () => {
  const { always } = JSON.parse(readFileSync(path.join(SITE, "offline.json"), "utf8"));
  for (const name of [...ARTICLES, "style/lesson.css", "lesson/app.js", "lesson/tasks.js", "pkg/elements/latent.js", "pkg/elements/latent/tsne.js", "pkg/samples/covers/mnist.png"]) {
    assert.ok(always[name], name);
  }
});
