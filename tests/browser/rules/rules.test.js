/** The rules that the pages answer at once are those of the program: pkg/rules.js against the module, on the same scores. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as rules from "../../../pkg/rules.js";
import { program } from "../program.js";

/** Scores with ties, as 32-bit numbers have them; the same at every run. */
function scoresFrom(seed, count) {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.fround((state >>> 20) / 512);
  });
}

test("limits on files are the program's", () => {
  assert.deepEqual(program.limits(), rules.LIMITS);
});

test("the rates that can be promised, the rate in force, and how many images a promise takes", () => {
  for (let count = 1; count <= 600; count++) {
    assert.deepEqual([...program.rates(count)], rules.rates(count), `${count} images`);
    for (const asked of [0, 1, 4.6, 5, 20, 50]) assert.equal(program.rateInForce(asked, count), rules.rateInForce(asked, count), `${asked} of ${count}`);
  }
  for (let rate = 1; rate <= 100; rate++) assert.equal(program.imagesNeeded(rate / 100), rules.imagesNeeded(rate / 100), `${rate} %`);
});

test("thresholds", () => {
  for (const count of [0, 1, 9, 19, 20, 99, 333]) {
    const rising = scoresFrom(count + 1, count).sort((a, b) => a - b);
    for (let rate = 0; rate <= 100; rate++) {
      assert.equal(program.threshold(Float32Array.from(rising), rate / 100) ?? null, rules.thresholdAt(rising, rate / 100), `${count} images, ${rate} %`);
    }
  }
});

test("the ROC curve and the area under it", () => {
  for (const seed of [1, 2, 3, 4]) {
    const scores = { normal: scoresFrom(seed, 60 * seed), anomalous: scoresFrom(seed + 9, 35).map((score) => Math.fround(score + seed / 4)) };
    const { auc, roc } = program.judge(Float32Array.from(scores.normal), Float32Array.from(scores.anomalous));
    const points = rules.rocPoints(scores);
    assert.deepEqual(points.map(({ fpr, tpr }) => [fpr, tpr]), roc);
    assert.ok(Math.abs(rules.areaUnder(points) - auc) < 1e-12);
  }
});
