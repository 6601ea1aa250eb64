/** What the names of files say, as the engine answers it, and where each file goes by that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, inPlaces, pathsOf } from "../../../www/inspect/intake/sorting.js";
import { holdsProject } from "../../../www/inspect/project.js";
import { program } from "../program.js";
import { ALL_IN_SET, dataSet, IN_SET } from "../set-fixture.js";

const files = (...names) => names.map((name) => ({ name, file: null, entries: null }));
const zipOf = (name, entries) => ({ name, file: null, entries });
const rolesOf = (listed) => program.sortFiles(pathsOf(listed)).map(({ role }) => role);

test("layouts that are met: roles by folders", () => {
  assert.deepEqual(rolesOf(files("candle/Data/Images/Normal/0.JPG", "candle/Data/Images/Anomaly/0.JPG", "candle/Data/Masks/Anomaly/0.png", "candle/image_anno.csv")), ["normal", "anomaly", "mask", "other"]);
  assert.deepEqual(rolesOf(files("data/train/0.normal/0.png", "data/test/0.normal/0.png", "data/test/1.abnormal/0.png")), ["normal", "normalTest", "anomaly"]);
  assert.deepEqual(rolesOf(files("photos/good/1.png", "photos/bad/1.png", "photos/2.png")), ["normal", "anomaly", "unknown"]);
  assert.deepEqual(rolesOf(files("1.png", "1_mask.png")), ["normal", "mask"]);
  for (const names of [["1.png", "2.png"], ["photos/monday/1.png", "photos/tuesday/1.png"], ["photos/good/1.png", "photos/good/2.png"], ["masks/1.png", "masks/2.png"]]) assert.deepEqual(rolesOf(files(...names)), [], names.join());
});

test("a zip file counts as a folder", () => {
  assert.deepEqual(pathsOf([zipOf("good.ZIP", ["1.png"]), ...files("photos/2.png")]), ["good/1.png", "photos/2.png"]);
  assert.deepEqual(rolesOf([zipOf("good.zip", ["1.png", "2.png"]), zipOf("bad.zip", ["1.png"])]), ["normal", "normal", "anomaly"]);
  assert.deepEqual(rolesOf([zipOf("ground_truth.zip", ["1.png", "2.png"])]), []);
});

test("every file of a data set has its place, and the counts are those that are told", () => {
  const entries = dataSet().map(({ name }) => name);
  const listed = [zipOf("set.zip", entries)];
  const sorted = program.sortFiles(pathsOf(listed));
  const counts = countsOf(sorted);
  for (const [role, count] of Object.entries(IN_SET)) assert.equal(counts(/** @type {any} */ (role)).count, count, role);
  assert.deepEqual(counts("anomaly").groups, [["scratch", 3], ["dent", 1]]);
  assert.deepEqual(counts("normal").groups, [["train/good", 12]]);
  const [{ fates }] = inPlaces(listed, sorted, "normals");
  assert.equal(fates.size, ALL_IN_SET);
  assert.deepEqual(fates.get("set/train/good/3.png"), {});
  assert.deepEqual(fates.get("set/test/good/1.png"), { part: "images", label: "normal" });
  assert.deepEqual(fates.get("set/test/dent/0.png"), { part: "images", label: "anomaly" });
  assert.deepEqual([...fates.values()].filter(({ reason }) => reason).length, IN_SET.mask + IN_SET.unknown + IN_SET.other);
  const [{ fates: checked }] = inPlaces(listed, sorted, "images");
  assert.deepEqual([...checked.values()].filter((fate) => Object.keys(fate).length > 0), Array(IN_SET.mask).fill({ reason: "mask" }));
});

test("a project file is known by what is in it", () => {
  const image = `files/${"0".repeat(64)}`;
  assert.ok(holdsProject(["project.json", "results.json"]) && holdsProject([image, "project.json"]));
  for (const entries of [["project.json", "1.png"], [image], ["mine/project.json", "mine/results.json"]]) assert.ok(!holdsProject(entries), entries.join());
});
