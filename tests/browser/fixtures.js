/** Images and weights files for the tests, sound ones and all kinds of broken ones, made from nothing. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

export const TINY_WEIGHTS = fileURLToPath(new URL("./tiny.safetensors", import.meta.url));
export const TINY_SKIP_WEIGHTS = fileURLToPath(new URL("./tiny-skip.safetensors", import.meta.url));

/** @typedef {{ name: string, mimeType: string, buffer: Buffer }} FilePayload what setInputFiles takes */

/** @returns {FilePayload} */
const payload = (name, buffer, mimeType = "image/png") => ({ name, mimeType, buffer: Buffer.from(buffer) });

/**
 * A PNG file.
 * @param {number} width @param {number} height
 * @param {(x: number, y: number) => number[]} pixel 1 value for a grey image, 3 for a colour image
 * @param {8 | 16} [bits] of a value
 */
export function png(width, height, pixel, bits = 8) {
  const channels = pixel(0, 0).length;
  const step = channels * bits / 8;
  const rows = Buffer.alloc(height * (1 + width * step));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(bits === 8 ? pixel(x, y) : pixel(x, y).flatMap((value) => [value >> 8, value & 255]), y * (1 + width * step) + 1 + x * step);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, channels === 1 ? 0 : 2], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A white ring on black, a bit different for every number: what the tests call normal. @param {number} number */
export function ring(number, name = `ring-${number}.png`) {
  const [centreX, centreY] = [14 + (number % 3) - 1, 14 + (number % 5) / 2 - 1];
  const radius = 6.5 + (number % 4) / 2;
  return payload(name, png(28, 28, (x, y) => {
    const away = Math.abs(Math.hypot((x - centreX) * (1 + (number % 7) / 20), y - centreY) - radius);
    return [Math.round(255 * Math.max(0, Math.min(1, 2.2 - away)))];
  }));
}

/** @param {number} count */
export const rings = (count) => Array.from({ length: count }, (_, number) => ring(number));

const cross = png(40, 30, (x, y) => (Math.abs(x - 20) < 3 || Math.abs(y - 15) < 3 ? [250, 240, 40] : [20, 30, 60]));

/** What a visitor may bring by mistake, and the verdict that the page owes each file. */
export const mixedImages = [
  { file: payload("cross.png", cross), verdict: "scored" },
  { file: payload("one-colour.png", png(50, 50, () => [90])), verdict: "scored" },
  { file: payload("note.png", Buffer.from("Dear reader, this is a text and no image.\n")), verdict: "unreadable" },
  { file: payload("cut-short.png", cross.subarray(0, Math.floor(cross.length / 2))), verdict: "unreadable" },
  { file: payload("wide.png", png(20_000, 2, (x) => [x % 256])), verdict: "unreadable" },
  { file: payload("empty.png", Buffer.alloc(0)), verdict: "unreadable" },
];

/** @param {string} name @returns {FilePayload} */
export const notAnImage = (name) => payload(name, Buffer.from("no image either"));

const weights = (name, buffer) => payload(name, buffer, "application/octet-stream");

/** Weights files that must be refused. */
export function brokenWeights() {
  const sound = readFileSync(TINY_WEIGHTS);
  return [
    weights("text.safetensors", Buffer.from("These are no weights at all, but a text that goes on for a while.\n")),
    weights("nothing.safetensors", Buffer.alloc(0)),
    weights("cut-short.safetensors", sound.subarray(0, Math.floor(sound.length * 0.6))),
    weights("other-program.safetensors", safetensors({ "layer.weight": { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, Buffer.alloc(8))),
    weights("terabytes.safetensors", Buffer.concat([length64(4n * 2n ** 40n), Buffer.from("{}")])),
    weights("terabyte-tensor.safetensors", withHeader(sound, claimTerabytes)),
    weights("not-a-number.safetensors", withNan(sound)),
    weights("other-shape.safetensors", rewriteCard(sound, (card) => { card.model.features *= 2; })),
  ];
}

function length64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function safetensors(header, data) {
  const text = Buffer.from(JSON.stringify(header));
  return Buffer.concat([length64(BigInt(text.length)), text, data]);
}

function split(file) {
  const end = 8 + Number(file.readBigUInt64LE(0));
  return { header: JSON.parse(file.subarray(8, end).toString("utf8")), data: file.subarray(end) };
}

function withHeader(file, change) {
  const { header, data } = split(file);
  change(header);
  return safetensors(header, data);
}

function claimTerabytes(header) {
  const [name] = Object.keys(header).filter((key) => key.endsWith(".weight"));
  header[name].shape = [2 ** 20, 2 ** 20];
  header[name].data_offsets = [0, 2 ** 42];
}

/** The same weights with another card. @param {Buffer} file @param {(card: any) => void} change */
export function rewriteCard(file, change) {
  return withHeader(file, (header) => {
    const card = JSON.parse(header.__metadata__.ganomaly);
    change(card);
    header.__metadata__.ganomaly = JSON.stringify(card);
  });
}

/** The exponent bits all set and a fraction: not a number, in half and in full precision. */
function withNan(file) {
  const { header, data } = split(file);
  const tensor = Object.entries(header).find(([name]) => name.endsWith(".weight"))[1];
  const broken = Buffer.from(data);
  broken.set(tensor.dtype === "F16" ? [0x01, 0x7e] : [0x01, 0x00, 0xc0, 0x7f], tensor.data_offsets[0]);
  return safetensors(header, broken);
}
