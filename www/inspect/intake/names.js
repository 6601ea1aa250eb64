/** Names of files, which are shown and never followed. */

/** One letter alone may be an accented one of another encoding with the letter after it. */
const EAST_ASIAN_WORD = /[\u3041-\u30ff\u4e00-\u9fff]{2}/;

/**
 * For the reader of zip files, which do not say how their names are written: what is neither marked as UTF-8 nor valid as
 * such is Shift-JIS, if it is that and has a Japanese word. Its second bytes may be backslashes, so this comes before names
 * are taken apart.
 * @param {Uint8Array} bytes @param {string} encoding what the reader takes it for @param {string} type
 * @returns {string | undefined} nothing if the reader is right
 */
export function decodeName(bytes, encoding, type) {
  if (type !== "filename" || encoding !== "cp437") return undefined;
  try {
    const name = new TextDecoder("shift_jis", { fatal: true }).decode(bytes);
    return EAST_ASIAN_WORD.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What operating systems leave in folders. A backslash may be a letter of the name: what follows it is no name of its own.
 * @param {string} path
 */
export function isLitter(path) {
  const last = path.split("/").at(-1);
  return last.startsWith(".") || /^(thumbs\.db|desktop\.ini)$/i.test(last) || /(^|[/\\])__MACOSX[/\\]/.test(path);
}

/** What climbs, starts at a root or turns the direction of writing is cut off, though paths are only shown. @param {string} path */
export function displayName(path) {
  const parts = path.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").split(/[/\\]/).filter((part) => part !== "" && part !== "." && part !== ".." && !/^[a-z]:$/i.test(part));
  return parts.join("/").slice(-300) || "?";
}
