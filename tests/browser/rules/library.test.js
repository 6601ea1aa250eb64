/** The library and the pages: who may import whom, and what the library does without a browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EngineRestarted } from "../../../pkg/engine/client.js";
import { lossesOf, methodOf } from "../../../pkg/methods.js";
import { Damaged, manifest, weightsOf } from "../../../pkg/models/loader.js";
import { Scoring } from "../../../pkg/scoring.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\((?="[^"]*", import\.meta))"(\.[^"]+\.js)"/g;

/** Scripts below a folder, and not those that a link leads to. @param {string} folder */
const scriptsIn = (folder) => readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
  .filter((name) => !/^(pkg\/(wasm|gallery|weights)|www\/(pkg|vendor))\//.test(name));

test("every import leads to a file of the source tree, and the library imports nothing of the pages", () => {
  for (const name of [...scriptsIn("pkg"), ...scriptsIn("www")]) {
    for (const [, address] of readFileSync(path.join(ROOT, name), "utf8").matchAll(IMPORT)) {
      const target = path.join(path.dirname(name), address);
      if (name.startsWith("pkg/")) assert.ok(target.startsWith("pkg/"), `${name} imports ${address}`);
      // The module is built, and tools are installed.
      if (!/\/wasm\/|\/vendor\//.test(target)) assert.ok(existsSync(path.join(ROOT, target)), `${name} imports ${address}`);
    }
  }
});

test("pages know what to say of every method", async () => {
  const sources = readdirSync(path.join(ROOT, "src/methods")).filter((name) => name.endsWith(".rs"));
  const ids = sources.flatMap((name) => /const ID: &'static str = "(.+)";/.exec(readFileSync(path.join(ROOT, "src/methods", name), "utf8"))?.[1] ?? []);
  assert.ok(ids.includes("ganomaly") && ids.includes("skip-ganomaly"));
  for (const id of ids) {
    const method = await methodOf(id);
    assert.notEqual(method.title, id, id);
    for (const field of ["note", "diagram", "picture", "figures"]) assert.ok(method[field].length !== 0, `${field} of ${id}`);
    assert.deepEqual(Object.keys(method.figures), ["en", "de"]);
    assert.ok(method.picture.every(({ name }) => name.page !== undefined || name.en !== undefined));
    for (const figure of Object.values(method.figures)) assert.ok(figure.flow && figure.score(String, 0.9));
  }
});

test("of a method without a file only its name is known, and all its losses are drawn", async () => {
  const method = await methodOf("nothing-like-it");
  assert.equal(method.title, "nothing-like-it");
  assert.deepEqual(lossesOf(method, ["reconstruction"]), [{ id: "reconstruction", title: "reconstruction" }]);
  assert.deepEqual(lossesOf(await methodOf("skip-ganomaly"), ["encoder", "generator"]), [{ id: "encoder", title: "Latent" }]);
});

/** Answers to what is fetched, by the end of the address. @param {import("node:test").TestContext} t @param {Record<string, () => Response>} answers */
function serve(t, answers) {
  const asked = [];
  t.mock.method(globalThis, "fetch", async (address) => {
    const [name, answer] = Object.entries(answers).find(([end]) => String(address).endsWith(end)) ?? ["", () => new Response("", { status: 404 })];
    asked.push(name);
    return answer();
  });
  return asked;
}

const entryOf = (content) => ({ file: "some.safetensors", sha256: createHash("sha256").update(content).digest("hex") });

test("weights are what the list says, or they are damaged; progress is told, and it can be given up", async (t) => {
  serve(t, { "some.safetensors": () => new Response("the weights") });
  const told = [];
  assert.equal(await (await weightsOf(entryOf("the weights"), { onProgress: (bytes) => told.push(bytes) })).text(), "the weights");
  assert.equal(told.at(-1), 11);
  await assert.rejects(weightsOf(entryOf("other weights")), Damaged);
  t.mock.method(globalThis, "fetch", async (_, { signal }) => { signal.throwIfAborted(); });
  await assert.rejects(weightsOf(entryOf("the weights"), { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a list that could not be had is asked for again, and then kept", async (t) => {
  const broken = serve(t, {});
  await assert.rejects(manifest(), /HTTP 404/);
  assert.equal(broken.length, 1);
  const asked = serve(t, { "manifest.json": () => Response.json({ models: [{ id: "one" }] }) });
  assert.deepEqual(await manifest(), [{ id: "one" }]);
  await manifest();
  assert.equal(asked.length, 1);
});

/** A queue over numbers, whose engine does what it is told. @param {number} count @param {(items: number[]) => void} [trouble] */
function queueOf(count, trouble = () => {}) {
  const results = new Map();
  const portions = [];
  const state = { stopped: false, failed: null };
  const scoring = new Scoring({
    waiting: () => (state.stopped ? [] : Array.from({ length: count }, (_, item) => item).filter((item) => !results.has(item))),
    isFirst: (waiting) => waiting.length === count,
    bytes: (item) => (item === 9 ? 2 ** 25 : 1),
    score: async (items) => {
      portions.push(items.length);
      trouble(items);
      return items.map((item) => ({ score: item }));
    },
    done: (items, scored) => items.forEach((item, index) => results.set(item, scored[index])),
    failed: (error) => { state.failed = error; state.stopped = true; },
    crashed: "the engine broke down at it",
  });
  return { scoring, results, portions, state };
}

test("the queue: a few first, then more, and fewer where they are large", async () => {
  const { scoring, results, portions } = queueOf(40);
  await Promise.all([scoring.kick(), scoring.kick()]);
  assert.deepEqual([...results.keys()], Array.from({ length: 40 }, (_, item) => item));
  assert.deepEqual(portions, [4, 5, 1, 16, 14]);
});

test("the queue: an image at which the engine breaks down is found, and the others are scored", async () => {
  const { scoring, results } = queueOf(30, (items) => { if (items.includes(7)) throw new EngineRestarted(true); });
  await scoring.kick();
  assert.deepEqual(results.get(7), { error: "the engine broke down at it" });
  assert.equal([...results.values()].filter(({ error }) => error).length, 1);
  assert.equal(results.size, 30);
});

test("the queue: another backend is no trouble; what else fails stops it until it is kicked again", async () => {
  let switched = false;
  const { scoring, results, state } = queueOf(8, (items) => {
    if (!switched) {
      switched = true;
      throw new EngineRestarted(false);
    }
    if (items.includes(5) && !state.failed) throw new Error("no");
  });
  await scoring.kick();
  assert.equal(state.failed.message, "no");
  assert.equal(results.size, 4);
  state.stopped = false;
  await scoring.kick();
  assert.equal(results.size, 8);
});
