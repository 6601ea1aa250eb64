import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { latentFigures } from "./latent-figures.js";

const LESSON = readFileSync(new URL("../../www/lesson.html", import.meta.url), "utf8");

/** What the lesson says. @param {RegExp} sentence with the figures in parentheses */
function said(sentence) {
  const found = LESSON.match(sentence);
  assert.ok(found, `the lesson says nothing like ${sentence}`);
  return found.slice(1);
}

test("the lesson's figures on the images of its map are those of its model", async (t) => {
  const [, digit] = LESSON.match(/<ganomaly-latent [^>]*anomaly="(\d)"/);
  const [{ images, absolute, latent, hidden }] = await latentFigures(t, [Number(digit)]);
  t.diagnostic(`AUC ${absolute.toFixed(4)} by the pixels, ${latent.toFixed(4)} by the latent distance; ${(100 * hidden).toFixed(2)} % hidden`);
  assert.deepEqual(said(/On the (\d+) images of the map[^.]*pixels' difference[^.]*AUC of ([\d.]+),[^.]*latent distance ([\d.]+\d)/),
    [String(images), absolute.toFixed(3), latent.toFixed(3)]);
  const [share] = said(/over (\d+)\u00a0? ?% of the squared distance/);
  assert.equal(Math.floor(100 * hidden), Number(share));
});
