/** The arithmetic behind the figures. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pca } from "../../../pkg/elements/latent/pca.js";
import { tsne } from "../../../pkg/elements/latent/tsne.js";
import { areaUnder, confusion, rocPoints } from "../../../pkg/rules.js";

const close = (value, wanted, tolerance = 1e-9) => assert.ok(Math.abs(value - wanted) < tolerance, `${value} is not ${wanted}`);

test("principal components of points on an ellipse are its axes", () => {
  const turn = ([x, y]) => [0.6 * x - 0.8 * y + 5, 0.8 * x + 0.6 * y - 2, 7];
  const points = Array.from({ length: 360 }, (_, degree) => turn([3 * Math.cos(degree * Math.PI / 180), Math.sin(degree * Math.PI / 180)]));
  const { axes, shares, project } = pca(points);
  [[0.6, 0.8, 0], [0.8, -0.6, 0]].forEach((wanted, index) => wanted.forEach((value, part) => close(axes[index][part], value)));
  close(shares[0], 0.9);
  close(shares[1], 0.1);
  const [x, y] = project(turn([3, 0]));
  close(x, 3);
  close(y, 0);
});

test("principal components of points that are all the same are no trouble", () => {
  const { shares, project } = pca([[1, 2], [1, 2]]);
  assert.deepEqual(shares, [0, 0]);
  assert.deepEqual(project([1, 2]).map(Math.abs), [0, 0]);
});

/** Three groups far from each other in ten dimensions. */
function groups() {
  const wave = (index, part) => Math.sin(12.9898 * index + 78.233 * part);
  return Array.from({ length: 60 }, (_, index) => Array.from({ length: 10 }, (_, part) => wave(index, part) + (part === index % 3 ? 20 : 0)));
}

const embedded = (points, seed) => {
  let last = null;
  for (const step of tsne(points, { seed, perplexity: 10, iterations: 400 })) last = step;
  return Array.from({ length: points.length }, (_, index) => [last.positions[2 * index], last.positions[2 * index + 1]]);
};

test("t-SNE keeps groups together, and the same seed gives the same map", () => {
  const map = embedded(groups(), 1);
  const distance = (one, other) => Math.hypot(map[one][0] - map[other][0], map[one][1] - map[other][1]);
  map.forEach((_, one) => {
    const others = map.map((_, other) => other).filter((other) => other !== one).sort((a, b) => distance(one, a) - distance(one, b));
    assert.equal(others[0] % 3, one % 3, "its nearest neighbour is of its group");
  });
  assert.deepEqual(embedded(groups(), 1), map);
  assert.notDeepEqual(embedded(groups(), 2), map);
});

test("the curve counts ties as one step, and its area is the share of pairs in order", () => {
  const scores = { normal: [0.1, 0.2, 0.2, 0.4], anomalous: [0.2, 0.5, 0.3] };
  const points = rocPoints(scores);
  assert.deepEqual([points[0].fpr, points[0].tpr, points.at(-1).fpr, points.at(-1).tpr], [0, 0, 1, 1]);
  const pairs = scores.anomalous.flatMap((one) => scores.normal.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)));
  assert.ok(Math.abs(areaUnder(points) - pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length) < 1e-12);
  for (const { threshold, fpr, tpr } of points) {
    const counts = confusion(scores, threshold);
    assert.deepEqual([counts.fpr, counts.tpr], [fpr, tpr]);
  }
});
