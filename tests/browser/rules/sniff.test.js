/** The page takes in what the engine reads: its recognition of files against the golden numbers for decoding. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isWhole, kindOf, sniff } from "../../../www/inspect/intake/sniff.js";
import { tensors } from "../golden.js";

test("every kind of file that is read is known, with its size", () => {
  const golden = tensors("kinds.safetensors");
  const cases = [...golden.keys()].filter((name) => name.endsWith(".pixels")).map((name) => name.slice(0, -".pixels".length));
  assert.ok(cases.length >= 160);
  for (const name of cases) {
    const file = golden.get(`${name}.file`).data;
    const { kind, width, height } = sniff(file);
    // A turned image may be as wide as it is high in the file.
    const stored = [width, height].sort((a, b) => a - b);
    const expected = golden.get(`${name}.pixels`).shape.slice(0, 2).sort((a, b) => a - b);
    assert.deepEqual([kind, ...stored], ["image", ...expected], name);
    assert.ok(isWhole(file), name);
  }
});

test("a file that is cut short is no exception", () => {
  const golden = tensors("kinds.safetensors");
  for (const name of [...golden.keys()].filter((name) => /(\.tif|^dicom-.*)\.file$/.test(name))) {
    const { data } = golden.get(name);
    for (let length = 0; length < data.length; length += 13) sniff(data.subarray(0, length));
  }
});

test("formats that are not read are told from what is no image", () => {
  const bytes = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
  const formats = [
    bytes("8BPS"), bytes("%PDF-1.7"), bytes("qoif"), bytes("P7\n"),
    bytes([0, 0, 0, 12], "jP  \r\n", [0x87], "\n"), bytes([0xff, 0x4f, 0xff, 0x51]), bytes([0xff, 0xd8, 0xff, 0xf7]),
    bytes([0, 0, 0, 24], "ftypheic"), bytes([0, 0, 0, 24], "ftypavif"), bytes([0, 8, 0, 5], "CS", [0, 10]),
  ];
  for (const file of formats) assert.equal(kindOf(file), "format", file.toString());
  const archives = [bytes([0x1f, 0x8b, 8]), bytes("BZh9"), bytes("7z", [0xbc, 0xaf, 0x27, 0x1c]), bytes("Rar!"), bytes(Buffer.alloc(257), "ustar")];
  for (const file of archives) assert.equal(kindOf(file), "archive", file.toString());
  for (const file of [bytes([8, 0, 8, 0], "CS", [8, 0], "ORIGINAL"), bytes(Buffer.alloc(99, 8)), bytes([8, 0, 8, 0, 255, 255, 0, 0])]) assert.equal(kindOf(file), "other", file.toString());
  for (const words of ["BMW and other makers of cars", "P1", "P5x", "a text"]) assert.equal(kindOf(bytes(words)), "other", words);
});
