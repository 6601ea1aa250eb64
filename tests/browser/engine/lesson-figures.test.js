import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { latentFigures } from "../latent-figures.js";

const LESSON = readFileSync(new URL("../../../www/lesson.html", import.meta.url), "utf8");

/** The first match in the lesson's text. @param {RegExp} sentence with one group */
function said(sentence) {
  const found = LESSON.match(sentence);
  assert.ok(found, `the lesson says nothing like ${sentence}`);
  return found[1];
}

test("what the lesson says of the images of its map is true of its model", async (t) => {
  const digit = Number(said(/<ganomaly-latent anomaly="(\d)"/));
  const [{ images, absolute, latent, variance, distance }] = await latentFigures(t, [digit]);
  const computed = {
    images: String(images), "pixel-auc": absolute.toFixed(3), "latent-auc": latent.toFixed(3),
    variance: (100 * variance).toFixed(0), distance: (100 * distance).toFixed(1),
  };
  for (const [name, value] of Object.entries(computed)) assert.equal(said(new RegExp(`<span data-figure="${name}">([^<]+)<`)), value, name);
});
