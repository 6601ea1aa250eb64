/** Tables that open safely in a spreadsheet. */

/** Quotes a text and keeps spreadsheets from taking it for a formula. */
export function cell(value) {
  const harmless = /^\s*[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}
