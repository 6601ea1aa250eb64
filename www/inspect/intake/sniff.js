/**
 * What a file is, by its first bytes, as the engine recognises it (src/image/format.rs), and how many pixels an image
 * claims to have. Nothing is decoded here: that is the engine's part, and a header of a few bytes may claim a gigapixel.
 *
 * @typedef {object} Found
 * @property {"image" | "damaged" | "video" | "svg" | "zip" | "archive" | "format" | "other" | "empty"} kind "format" is an image
 *   of a kind that the engine cannot read, "archive" what nothing here unpacks
 * @property {string} [type] media type of an image
 * @property {number} [width]
 * @property {number} [height]
 */

import { dicomSize, isDicom } from "./dicom.js";
import { text, viewOf } from "./numbers.js";

/** So many bytes tell what a file is. */
export const HEAD_BYTES = 512;

const startsWith = (bytes, ...expected) => expected.every((byte, index) => bytes[index] === byte);

/** The marker with which a JPEG-LS file goes on. */
const JPEG_LS = 0xf7;
/** Sizes of the headers that BMP files have; two letters alone may begin any text. */
const BMP_HEADERS = [12, 16, 40, 52, 56, 64, 108, 124];

/** @type {[(bytes: Uint8Array) => boolean, string, (bytes: Uint8Array) => { width: number, height: number } | null][]} */
const IMAGES = [
  [(bytes) => startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), "image/png", pngSize],
  [(bytes) => startsWith(bytes, 0xff, 0xd8, 0xff) && bytes[3] !== JPEG_LS, "image/jpeg", jpegSize],
  [(bytes) => /^GIF8[79]a$/.test(text(bytes, 0, 6)), "image/gif", gifSize],
  [(bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP", "image/webp", webpSize],
  [(bytes) => text(bytes, 0, 2) === "BM" && bytes.length >= 18 && BMP_HEADERS.includes(viewOf(bytes).getUint32(14, true)), "image/bmp", bmpSize],
  [(bytes) => /^P[1-6]\s/.test(text(bytes, 0, 3)), "image/x-portable-anymap", pnmSize],
  [isDicom, "application/dicom", dicomSize],
  [(bytes) => /^(II[*+]\0|MM\0[*+])/.test(text(bytes, 0, 4)), "image/tiff", tiffSize],
];

/** @type {[(bytes: Uint8Array) => boolean, Found["kind"]][]} */
const OTHERS = [
  [(bytes) => startsWith(bytes, 0x50, 0x4b, 3, 4) || startsWith(bytes, 0x50, 0x4b, 5, 6), "zip"],
  [(bytes) => /^(hei.|hev.|mif1|msf1|avif|avis)$/.test(isoBrand(bytes)), "format"],
  [(bytes) => isoBrand(bytes) !== "" || /^(moov|mdat|wide)$/.test(text(bytes, 4, 8)), "video"],
  [(bytes) => startsWith(bytes, 0x1a, 0x45, 0xdf, 0xa3), "video"], // Matroska, WebM
  [(bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "AVI ", "video"],
  [(bytes) => startsWith(bytes, 0, 0, 1, 0xba) || startsWith(bytes, 0, 0, 1, 0xb3), "video"], // MPEG
  [(bytes) => startsWith(bytes, 0x30, 0x26, 0xb2, 0x75) || text(bytes, 0, 3) === "FLV", "video"],
  [(bytes) => startsWith(bytes, 0, 0, 1, 0) || startsWith(bytes, 0, 0, 2, 0), "format"], // icon, cursor
  [(bytes) => startsWith(bytes, 0xff, 0x0a) || text(bytes, 4, 8) === "JXL ", "format"],
  [(bytes) => startsWith(bytes, 0xff, 0xd8, 0xff, JPEG_LS) || startsWith(bytes, 0xff, 0x4f, 0xff, 0x51) || text(bytes, 4, 8) === "jP  ", "format"], // JPEG-LS, JPEG 2000
  [(bytes) => /^\0\x08\0(\0UL|[\x05\x08]CS)/.test(text(bytes, 0, 6)), "format"], // DICOM in big-endian order
  [(bytes) => /^(\x1f\x8b|\xfd7zXZ\0|BZh|\x28\xb5\x2f\xfd|7z\xbc\xaf\x27\x1c|Rar!)/.test(text(bytes, 0, 6)) || text(bytes, 257, 262) === "ustar", "archive"],
  [(bytes) => /^(8BPS|%PDF-|%!PS|v\/1\x01|#\?RADIANCE|qoif|DDS |P[7Ff]\n|BA\x28\0\0\0)/.test(text(bytes, 0, 10)), "format"],
  [(bytes) => isSvg(text(bytes, 0, HEAD_BYTES)), "svg"],
];

/** Its first element is an svg, whatever comments and declarations go before; those may be long. */
function isSvg(head) {
  const start = head.replace(/^(\xef\xbb\xbf)?\s*/, "");
  return /^<svg[\s>]/i.test(start) || (/^<(\?xml|!--|!doctype)/i.test(start) && /<(!doctype\s+)?svg[\s>]/i.test(start));
}

/** The brand of MP4, HEIF and their kin, or nothing. */
const isoBrand = (bytes) => (text(bytes, 4, 8) === "ftyp" ? text(bytes, 8, 12) : "");

/** What a file is, by its first HEAD_BYTES bytes. @param {Uint8Array} head @returns {Found["kind"]} */
export function kindOf(head) {
  if (head.length === 0) return "empty";
  if (IMAGES.some(([matches]) => matches(head))) return "image";
  return OTHERS.find(([matches]) => matches(head))?.[1] ?? "other";
}

/** The same, and an image's type and size, as far as the bytes go. @param {Uint8Array} bytes @returns {Found} */
export function sniff(bytes) {
  const kind = kindOf(bytes.subarray(0, HEAD_BYTES));
  if (kind !== "image") return { kind };
  const [, type, sizeOf] = IMAGES.find(([matches]) => matches(bytes));
  const size = attempt(() => sizeOf(bytes));
  return size && size.width > 0 && size.height > 0 ? { kind, type, ...size } : { kind: "damaged" };
}

/** Whether a file of an image goes on to its end, as far as that can be told without decoding. @param {Uint8Array} bytes */
export function isWhole(bytes) {
  const { type } = sniff(bytes);
  if (type === "image/png") return pngHasEnd(bytes);
  return type !== "image/webp" || webpHasEnd(bytes);
}

/** A header that points past the end of the file is damaged, not an exception. */
function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function pngSize(bytes) {
  const view = viewOf(bytes);
  return text(bytes, 12, 16) === "IHDR" ? { width: view.getUint32(16), height: view.getUint32(20) } : null;
}

const IEND = 0x49454e44;

/** Follows the chunks to the last one. */
function pngHasEnd(bytes) {
  const view = viewOf(bytes);
  for (let at = 8; at < bytes.length - 8; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4);
    if (type === IEND) return true;
    if (type === 0) return false; // chunks have names: these would be millions of nothing
  }
  return false;
}

const webpHasEnd = (bytes) => viewOf(bytes).getUint32(4, true) + 8 <= bytes.length;

function jpegSize(bytes) {
  const view = viewOf(bytes);
  for (let at = 2; ;) {
    // What stands before a marker is passed over, and so are zeros after 0xff, and more of it.
    while (view.getUint8(at) !== 0xff || [0, 0xff].includes(view.getUint8(at + 1))) at += 1;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + (standsAlone(marker) ? 0 : view.getUint16(at + 2));
  }
}

const standsAlone = (marker) => marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
const isFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function gifSize(bytes) {
  const view = viewOf(bytes);
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function webpSize(bytes) {
  const view = viewOf(bytes);
  const three = (at) => view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16);
  switch (text(bytes, 12, 16)) {
    case "VP8X": return { width: three(24) + 1, height: three(27) + 1 };
    case "VP8 ": return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    default: return null;
  }
}

function bmpSize(bytes) {
  const view = viewOf(bytes);
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** Two numbers after the first two letters; white space and comments may go before them. */
function pnmSize(bytes) {
  const found = /^..(?:\s|#[^\r\n]*[\r\n])+(\d{1,9})(?:\s|#[^\r\n]*[\r\n])+(\d{1,9})/.exec(text(bytes, 0, HEAD_BYTES));
  return found && { width: Number(found[1]), height: Number(found[2]) };
}

/** The numbers of two tags of the first directory, of a file with places of 4 or 8 bytes. */
function tiffSize(bytes) {
  const view = viewOf(bytes);
  const little = bytes[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const long = (at) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const directory = long(big ? 8 : 4);
  const count = big ? long(directory) : view.getUint16(directory, little);
  const [start, step] = big ? [directory + 8, 20] : [directory + 2, 12];
  const size = {};
  for (let at = start; at < start + count * step; at += step) {
    const name = { 256: "width", 257: "height" }[view.getUint16(at, little)];
    const value = at + (big ? 12 : 8);
    if (name) size[name] = view.getUint16(at + 2, little) === 3 ? view.getUint16(value, little) : view.getUint32(value, little);
    if (size.width && size.height) return size;
  }
  return null;
}
