/** Reads lists of response headers. */

/** The one rule of a _headers file. @param {string} file its text @returns {[string, string][]} names and values */
export function headersIn(file) {
  const [place, ...lines] = file.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (place !== "/*" || !lines.every((line) => line.startsWith("  "))) throw new Error("_headers should have one rule, for all files");
  return lines.map((line) => named(line.trim(), ": "));
}

/** The table that Trunk takes them from. @param {string} file the text of Trunk.toml @returns {[string, string][]} */
export function trunkHeadersIn(file) {
  const [, table] = file.split("[serve.headers]\n");
  return table.split(/\n\s*\n|\n\[/)[0].trim().split("\n").map((line) => {
    const [name, value] = named(line, " = ");
    return [name, JSON.parse(value)];
  });
}

function named(line, separator) {
  const at = line.indexOf(separator);
  return /** @type {[string, string]} */ ([line.slice(0, at), line.slice(at + separator.length)]);
}
