/** Zip files for the tests, honest ones and others, byte by byte. */
import { crc32, deflateRawSync } from "node:zlib";

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {Buffer | Uint8Array} data
 * @property {boolean} [deflate]
 * @property {number} [claim] what the headers say of the size, if not the truth
 * @property {boolean} [encrypted] says so, and is not
 * @property {number} [method] how the headers say that it is compressed, if not the truth
 * @property {number[]} [letters] the bytes of its name, in no encoding that is told
 */

/** @param {Entry[]} entries */
export function zip(entries) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const entry of entries) {
    const packed = entry.deflate ? deflateRawSync(entry.data) : Buffer.from(entry.data);
    const name = entry.letters ? Buffer.from(entry.letters) : Buffer.from(entry.name, "utf8");
    const fields = fieldsOf(entry, packed.length, name.length);
    const local = Buffer.concat([signature(0x04034b50), fields, name, packed]);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), fields, Buffer.alloc(10), uint32(at), name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, signature(0x06054b50), end]);
}

function fieldsOf({ data, deflate, claim, encrypted, method, letters }, packed, name) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE((letters ? 0 : 0x0800) | (encrypted ? 1 : 0), 2);
  fields.writeUInt16LE(method ?? (deflate ? 8 : 0), 4);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(packed, 14);
  fields.writeUInt32LE(claim ?? data.length, 18);
  fields.writeUInt16LE(name, 22);
  return fields;
}

const signature = uint32;

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** @param {string} name @param {Entry[]} entries what setInputFiles takes */
export const zipPayload = (name, entries) => ({ name, mimeType: "application/zip", buffer: zip(entries) });
