/** Names of files in zip archives, in whatever encoding they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeName, displayName, isLitter } from "../../../www/inspect/intake/names.js";

test("names in Shift-JIS are known, and others left to the reader", () => {
  const shiftJis = new Uint8Array([0x88, 0xea, 0x97, 0x97, 0x95, 0x5c, 0x2e, 0x70, 0x6e, 0x67]);
  assert.equal(decodeName(shiftJis, "cp437", "filename"), "一覧表.png");
  assert.equal(decodeName(shiftJis, "utf-8", "filename"), undefined);
  assert.equal(decodeName(shiftJis, "cp437", "comment"), undefined);
  // "Löwe.png" and "Grün.png" as MS-DOS writes them, which could be Shift-JIS, too.
  for (const { byte, word } of [{ byte: 0x94, word: "L?we.png" }, { byte: 0x81, word: "Gr?n.png" }]) {
    const bytes = Uint8Array.from(word, (letter) => (letter === "?" ? byte : letter.charCodeAt(0)));
    assert.equal(decodeName(bytes, "cp437", "filename"), undefined, word);
  }
});

test("what follows a backslash is no hidden file", () => {
  for (const name of ["\u00f2\\.png", "a/scan\\.png", "plain.png"]) assert.ok(!isLitter(name), name);
  for (const name of [".DS_Store", "a/._1.png", "a/Thumbs.db", "__MACOSX/a/1.png"]) assert.ok(isLitter(name), name);
});

test("names are shown without what climbs or hides", () => {
  assert.equal(displayName("C:\\a\\..\\1.png"), "a/1.png");
  assert.equal(displayName("../../\u202e1.png"), "1.png");
  assert.equal(displayName("/"), "?");
});
