/** What is brought to the wrong place: a whole data set, and a project file. */
import { createHash } from "node:crypto";
import { newProject, projectText, resultsText, unchecked } from "../../www/inspect/project.js";
import { ring } from "./fixtures.js";
import { zipPayload } from "./zip-fixture.js";

let next = 0;
const images = (folder, count) => Array.from({ length: count }, (_, number) => ({ name: `set/${folder}/${number}.png`, data: ring(next++).buffer }));

/** How many files of what kind, as the stand-in for the engine and the engine have it. */
export const IN_SET = { normal: 12, normalTest: 2, anomaly: 4, mask: 4, unknown: 1, other: 1 };
export const ALL_IN_SET = Object.values(IN_SET).reduce((sum, count) => sum + count);

/** The files of a data set; no two are alike. @returns {import("./zip-fixture.js").Entry[]} */
export function dataSet() {
  next = 0;
  return [
    ...images("train/good", IN_SET.normal), ...images("test/good", IN_SET.normalTest), ...images("test/scratch", 3), ...images("test/dent", 1),
    ...images("masks/scratch", 3), ...images("masks/dent", 1), ...images(".", 1), { name: "set/notes.txt", data: Buffer.from("notes") },
  ].map(({ name, data }) => ({ name: name.replace("/./", "/"), data }));
}

/** A project file with so many normal images and images to check. @param {string} name @param {number} normals @param {number} checked */
export function projectFile(name, normals, checked) {
  const files = Array.from({ length: normals + checked }, (_, number) => ring(number));
  const described = files.map(({ name: file, buffer }) => ({ id: createHash("sha256").update(buffer).digest("hex"), name: `camera/${file}`, bytes: buffer.length, type: "image/png" }));
  const project = { ...newProject(name), normals: described.slice(0, normals), images: described.slice(normals).map(unchecked) };
  return zipPayload(`${name}.ganomaly.zip`, [
    { name: "project.json", data: Buffer.from(projectText(project)) }, { name: "results.json", data: Buffer.from(resultsText(project.images)) },
    ...described.map(({ id }, index) => ({ name: `files/${id}`, data: files[index].buffer })),
  ]);
}
