/** How large the picture of a DICOM file is: its data elements are followed as the engine does it (src/image/dicom/dataset.rs). */
import { text, viewOf } from "./numbers.js";

/** Kinds of values whose length takes four bytes, after two that are zero. */
const LONG_KINDS = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];
const [ROWS, COLUMNS, PIXELS] = [0x00280010, 0x00280011, 0x7fe00010];
const [ITEM, ITEM_END, SEQUENCE_END] = [0xfffee000, 0xfffee00d, 0xfffee0dd];
const UNDEFINED = 0xffffffff;
const DEEPEST = 16;

/** Length of a preamble with the four letters after it. */
const START = 132;
/** In files without a preamble the first element is at most so long. */
const LONGEST = 64;

const hasPreamble = (bytes) => text(bytes, 128, START) === "DICM";
const kindAt = (bytes, at) => /^[A-Z]{2}$/.test(text(bytes, at + 4, at + 6));

/** Whether a file is DICOM: by its four letters, or by its first two elements, see src/image/dicom/dataset.rs. @param {Uint8Array} bytes */
export const isDicom = (bytes) => hasPreamble(bytes) || beginsWithElements(bytes);

function beginsWithElements(bytes) {
  const hasKinds = kindAt(bytes, 0);
  if (bytes[1] !== 0 || !(bytes[0] === 8 || (bytes[0] === 2 && hasKinds))) return false;
  try {
    const first = elementAt(bytes, 0, hasKinds);
    const next = first.value + first.length;
    if (first.length > LONGEST || kindAt(bytes, next) !== hasKinds) return false;
    const { tag } = elementAt(bytes, next, hasKinds);
    return tag > first.tag && [2, 8].includes(Math.floor(tag / 65536));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The head of an element, and where its value is. */
function elementAt(bytes, at, hasKinds) {
  const view = viewOf(bytes);
  const tag = view.getUint16(at, true) * 65536 + view.getUint16(at + 2, true);
  const kind = hasKinds && tag < ITEM ? text(bytes, at + 4, at + 6) : "";
  const isShort = kind !== "" && !LONG_KINDS.includes(kind);
  const length = isShort ? view.getUint16(at + 6, true) : view.getUint32(at + (kind ? 8 : 4), true);
  return { tag, kind, length, value: at + (isShort || !kind ? 8 : 12) };
}

/**
 * Rows and columns stand in no sequence; the kinds of values are written, or not, as after the first tag.
 * @param {Uint8Array} bytes @returns {{ width: number, height: number } | null} fails with RangeError past the end of the file
 */
export function dicomSize(bytes) {
  const view = viewOf(bytes);
  let [at, hasKinds] = [hasPreamble(bytes) ? START : 0, true];
  const next = () => {
    const element = elementAt(bytes, at, hasKinds);
    at = element.value;
    return element;
  };
  const skip = ({ kind, length }, depth) => {
    if (length !== UNDEFINED) {
      at += length;
      return;
    }
    if (depth === 0) throw new RangeError("too deep");
    const had = hasKinds;
    hasKinds &&= kind !== "UN"; // what is of an unknown kind is stored without kinds
    for (let item = next(); item.tag !== SEQUENCE_END; item = next()) {
      if (item.tag !== ITEM) throw new RangeError("no item");
      if (item.length !== UNDEFINED) at += item.length;
      else for (let inner = next(); inner.tag !== ITEM_END; inner = next()) skip(inner, depth - 1);
    }
    hasKinds = had;
  };
  const size = {};
  while (view.getUint16(at, true) === 2) skip(next(), 0);
  hasKinds = kindAt(bytes, at);
  for (;;) {
    const element = next();
    if (element.tag === ROWS) size.height = view.getUint16(at, true);
    if (element.tag === COLUMNS) size.width = view.getUint16(at, true);
    if (element.tag >= PIXELS) return "width" in size && "height" in size ? size : null;
    skip(element, DEEPEST);
  }
}
