/** How large the picture of a DICOM file is: its data elements are followed as the engine does it (src/image/dicom/dataset.rs). */
import { text, viewOf } from "./numbers.js";

/** Kinds of values whose length takes four bytes, after two that are zero. */
const LONG_KINDS = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];
const [ROWS, COLUMNS, PIXELS] = [0x00280010, 0x00280011, 0x7fe00010];
const [ITEM, ITEM_END, SEQUENCE_END] = [0xfffee000, 0xfffee00d, 0xfffee0dd];
const UNDEFINED = 0xffffffff;
const DEEPEST = 16;

/**
 * Rows and columns stand in no sequence; the kinds of values are written, or not, as after the first tag.
 * @param {Uint8Array} bytes @returns {{ width: number, height: number } | null} fails with RangeError past the end of the file
 */
export function dicomSize(bytes) {
  const view = viewOf(bytes);
  let [at, hasKinds] = [132, true];
  const next = () => {
    const tag = view.getUint16(at, true) * 65536 + view.getUint16(at + 2, true);
    const kind = hasKinds && tag < ITEM ? text(bytes, at + 4, at + 6) : "";
    const isShort = kind !== "" && !LONG_KINDS.includes(kind);
    const length = isShort ? view.getUint16(at + 6, true) : view.getUint32(at + (kind ? 8 : 4), true);
    at += isShort || !kind ? 8 : 12;
    return { tag, kind, length };
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
  hasKinds = /^[A-Z]{2}$/.test(text(bytes, at + 4, at + 6));
  for (;;) {
    const element = next();
    if (element.tag === ROWS) size.height = view.getUint16(at, true);
    if (element.tag === COLUMNS) size.width = view.getUint16(at, true);
    if (element.tag >= PIXELS) return "width" in size && "height" in size ? size : null;
    skip(element, DEEPEST);
  }
}
