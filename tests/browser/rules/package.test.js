/** The npm package as it is packed: what is in it, how large it is, and its types. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ABOUT, ELEMENTS, TARBALL, examples, folderFor, programs, unpackInto, write } from "../package.js";
import { ROOT } from "../page.js";

const MEGABYTE = 1e6;

const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .sort();

test("the package has what it needs, nothing else, and is not larger than said", async (t) => {
  const folder = path.join(unpackInto(folderFor(t)), "ganomaly");
  const files = filesIn(folder);
  const library = filesIn(path.join(ROOT, "pkg")).filter((name) => !/^(screenshots|samples|wasm|weights)(\/|$)/.test(name));
  const expected = [
    ...library, "LICENSE-APACHE", "LICENSE-MIT", "wasm/ganomaly.js", "wasm/ganomaly_bg.wasm",
    "samples/mnist.json", "samples/mnist.png", "weights/manifest.json", ...Array.from({ length: 10 }, (_, digit) => `weights/mnist-${digit}.safetensors`),
  ];
  assert.deepEqual(files, expected.sort());

  const size = (names) => names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
  const packed = statSync(TARBALL).size;
  const scripts = files.filter((name) => /^elements\/.*\.js$/.test(name));
  const script = gzipSync(Buffer.concat(scripts.map((name) => readFileSync(path.join(folder, name))))).length;
  t.diagnostic(`${packed} bytes packed, ${size(files)} unpacked, ${script} of elements with gzip`);
  assert.ok(packed < 13 * MEGABYTE, `${packed} bytes packed`);
  assert.ok(size(files) < 26 * MEGABYTE, `${size(files)} bytes unpacked`);
  assert.ok(script < 60_000, `${script} bytes of elements with gzip`);
});

test("the engine's constructors are called once, not in every call", () => {
  const module = new WebAssembly.Module(readFileSync(path.join(ROOT, "dist/pkg/wasm/ganomaly_bg.wasm")));
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.ok(names.includes("__wasm_call_ctors"));
  assert.deepEqual(names.filter((name) => name.endsWith("command_export")), [], "what the linker makes of exports that call them");
});

test("it has the version of the program, and models that match their list", (t) => {
  const folder = path.join(unpackInto(folderFor(t)), "ganomaly");
  assert.match(readFileSync(path.join(ROOT, "Cargo.toml"), "utf8"), new RegExp(`^version = "${ABOUT.version}"$`, "m"));
  const { models } = JSON.parse(readFileSync(path.join(folder, "weights/manifest.json"), "utf8"));
  for (const { file, bytes, card } of models) {
    assert.equal(statSync(path.join(folder, "weights", file)).size, bytes);
    assert.equal(card.method, "ganomaly");
  }
});

test("pictures of all elements are in the README, light and dark, on a page and on a phone, and are not large", () => {
  const pictures = filesIn(path.join(ROOT, "pkg/screenshots")).map((name) => `screenshots/${name}`);
  const wanted = ELEMENTS.flatMap((name) => ["desktop-light", "desktop-dark", "phone-light", "phone-dark"].map((look) => `screenshots/${name}-${look}.webp`));
  assert.deepEqual(pictures, wanted.sort());
  const shown = readFileSync(path.join(ROOT, "pkg/README.md"), "utf8").matchAll(/(?:src|srcset)="(screenshots\/[^"]*)"/g);
  assert.deepEqual([...shown].map(([, name]) => name).sort(), wanted);
  const bytes = pictures.reduce((sum, name) => sum + statSync(path.join(ROOT, "pkg", name)).size, 0);
  assert.ok(bytes < 0.8 * MEGABYTE, `${bytes} bytes`);
});

test("the types fit the README's programs, and say what elements and events are", (t) => {
  const folder = folderFor(t);
  unpackInto(path.join(folder, "node_modules"));
  write(folder, {
    ...Object.fromEntries(programs().map((program, index) => [`program-${index}.js`, program])),
    "bundled.js": examples("With a bundler")[0],
    "strict.ts": `
import "ganomaly/elements/roc.js";
import { Detector, type Score, type Unreadable } from "ganomaly";
const roc = document.createElement("ganomaly-roc");
roc.addEventListener("ganomaly-threshold", ({ detail }) => detail.tpr.toFixed(2) + detail.threshold.toFixed(2));
document.addEventListener("ganomaly-scored", ({ detail: { source, label } }) => source === "sample" && label?.trim());
document.createElement("ganomaly-train").play();
document.createElement("ganomaly-network").layers.map(({ output: [maps] }) => maps.toFixed());
// @ts-expect-error: a drawing has no label
document.addEventListener("ganomaly-scored", ({ detail }) => detail.label.trim());
document.addEventListener("ganomaly-error", ({ detail }) => detail.message.trim());
export async function use(files: File[], signal: AbortSignal): Promise<number> {
  const detector = await Detector.load(new URL("https://example.org/a.safetensors"), { signal, backend: "webgpu" });
  const results: (Score | Unreadable)[] = await detector.score(files);
  const { reconstruction } = await detector.score(files[0]!, { pictures: true });
  for await (const event of detector.fineTune(files, { epochs: 1 })) if (event.type === "finished") event.detector.save();
  // @ts-expect-error: a threshold may be missing
  detector.threshold().toFixed();
  // @ts-expect-error: text is no image
  await detector.score("image.png");
  // @ts-expect-error: made by load alone
  new Detector();
  return results.filter((one) => one.error === undefined && one.score > 1).length + (reconstruction?.width ?? 0);
}
`,
  });
  const check = (names, ...options) => execFileSync(path.join(ROOT, "node_modules/.bin/tsc"),
    ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--types", "", ...options, ...names], { cwd: folder, encoding: "utf8" });
  const attempt = (...args) => {
    try { check(...args); } catch (error) { assert.fail(error.stdout); }
  };
  attempt(["strict.ts"], "--moduleResolution", "bundler");
  attempt(["strict.ts"], "--module", "nodenext", "--moduleResolution", "nodenext");
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  attempt(scripts, "--moduleResolution", "bundler", "--allowJs", "--checkJs", "--strictNullChecks", "false", "--useUnknownInCatchVariables", "false");
});
