import assert from "node:assert/strict";
import { test } from "node:test";

test("a view that fails does not keep the others from being drawn", async () => {
  const frames = [];
  const reported = [];
  Object.assign(globalThis, { requestAnimationFrame: (draw) => frames.push(draw), reportError: (error) => reported.push(error.message) });
  const { Store } = await import("../../../www/shared/store.js");
  const store = new Store({ number: 0 });
  const drawn = [];
  store.watch(["number"], ({ number }) => { if (number > 0) throw new Error("broken"); });
  store.watch(["number"], ({ number }) => drawn.push(number));
  store.set({ number: 1 });
  frames.pop()();
  assert.deepEqual(drawn, [0, 1]);
  assert.deepEqual(reported, ["broken"]);
});
