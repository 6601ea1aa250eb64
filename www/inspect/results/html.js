/** Pieces of a self-contained HTML file. Whatever comes from outside is escaped here and nowhere else. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text that is markup already. */
class Markup {
  constructor(markup) {
    this.markup = markup;
  }

  toString() {
    return this.markup;
  }
}

/** A template whose values are escaped, unless they are markup themselves; lists are joined. */
export function html(strings, ...values) {
  return new Markup(strings.reduce((all, part, index) => all + asMarkup(values[index - 1]) + part));
}

/** What this program itself made, such as its own drawings. @param {string} markup */
export const trusted = (markup) => new Markup(markup);

function asMarkup(value) {
  if (Array.isArray(value)) return value.map(asMarkup).join("");
  if (value instanceof Markup) return value.markup;
  return String(value ?? "").replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
