/**
 * A table of which only the rows on the screen exist, however many there are. Arrow keys, Home, End and Page keys move
 * through the rows; a click on a column's name sorts by it.
 */
import { el } from "../../pkg/dom.js";

const ROWS_BEYOND = 4;

/**
 * @template Item
 * @typedef {object} Columns
 * @property {string} label of the whole, for assistive technology
 * @property {number} height of a row in pixels
 * @property {{ id: string, title: string }[]} columns
 * @property {(item: Item) => string} key the same for the same item
 * @property {(item: Item) => { cells: HTMLElement[], gone?: () => void }} make the content of a row, a cell for each column
 * @property {(item: Item, row: HTMLElement, cells: HTMLElement[]) => void} update brings a row up to date
 * @property {(item: Item) => void} choose an item was moved to
 * @property {(item: Item) => void} open an item was clicked, or Enter was pressed on it
 * @property {(column: string) => void} sort
 */

/** @template Item */
export class VirtualTable {
  root;
  #columns;
  #table;
  #headings;
  #body = el("tbody");
  #above = spacer();
  #below = spacer();
  /** @type {Map<string, { row: HTMLElement, cells: HTMLElement[], gone?: () => void }>} */
  #made = new Map();
  /** @type {Item[]} */
  #items = [];
  #chosen = "";
  #planned = 0;

  /** @param {Columns<Item>} columns */
  constructor(columns) {
    this.#columns = columns;
    this.#headings = columns.columns.map(({ id, title }) => el("th", { scope: "col", class: `column-${id}` },
      el("button", { type: "button", class: "column", "data-testid": `sort-${id}`, onclick: () => columns.sort(id) }, title)));
    this.#table = el("table", {
      role: "grid", tabindex: 0, class: "virtual-table", "aria-label": columns.label, "data-testid": "virtual-table", onkeydown: (event) => this.#key(event),
    }, el("thead", {}, el("tr", { "aria-rowindex": 1 }, ...this.#headings)), this.#body);
    this.#body.append(this.#above, this.#below);
    this.root = el("div", { class: "virtual-table-frame", onscroll: () => this.#plan() }, this.#table);
    new ResizeObserver(() => this.#draw()).observe(this.root);
  }

  /**
   * @param {Item[]} items @param {string} chosen key of the one that is chosen, or ""
   * @param {{ column: string, descending: boolean }} order
   */
  show(items, chosen, order) {
    this.#items = items;
    this.#chosen = chosen;
    this.#columns.columns.forEach(({ id }, index) => {
      const direction = id === order.column ? (order.descending ? "descending" : "ascending") : "none";
      this.#headings[index].setAttribute("aria-sort", direction);
    });
    this.#draw();
  }

  /** Scrolls to an item. @param {string} known its key */
  reveal(known) {
    const place = this.#items.findIndex((item) => this.#columns.key(item) === known);
    if (place >= 0) this.#scrollTo(place);
  }

  focus() {
    this.#table.focus({ preventScroll: true });
  }

  #plan() {
    cancelAnimationFrame(this.#planned);
    this.#planned = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (this.root.clientHeight === 0) return;
    const { height, key } = this.#columns;
    const first = Math.max(0, Math.floor(this.root.scrollTop / height) - ROWS_BEYOND);
    const end = Math.min(this.#items.length, Math.ceil((this.root.scrollTop + this.root.clientHeight) / height) + ROWS_BEYOND);
    const wanted = this.#items.slice(first, end);
    const keys = new Set(wanted.map(key));
    for (const [known, made] of this.#made) if (!keys.has(known)) this.#drop(known, made);
    let last = this.#above;
    wanted.forEach((item, index) => {
      const made = this.#made.get(key(item)) ?? this.#make(item);
      if (last.nextSibling !== made.row) last.after(made.row);
      last = made.row;
      made.row.setAttribute("aria-rowindex", String(first + index + 2));
      made.row.setAttribute("aria-selected", String(key(item) === this.#chosen));
      this.#columns.update(item, made.row, made.cells);
    });
    this.#above.firstElementChild.style.height = `${Math.min(first, this.#items.length) * height}px`;
    this.#below.firstElementChild.style.height = `${Math.max(0, this.#items.length - end) * height}px`;
    this.#table.setAttribute("aria-rowcount", String(this.#items.length + 1));
    const chosen = this.#made.get(this.#chosen);
    if (chosen) this.#table.setAttribute("aria-activedescendant", chosen.row.id);
    else this.#table.removeAttribute("aria-activedescendant");
  }

  #make(item) {
    const known = this.#columns.key(item);
    const { cells, gone } = this.#columns.make(item);
    const row = el("tr", { id: `row-${known}`, class: "virtual-row", onclick: () => this.#columns.open(this.#items.find((one) => this.#columns.key(one) === known)) }, ...cells);
    const made = { row, cells, gone };
    this.#made.set(known, made);
    return made;
  }

  #drop(known, { row, gone }) {
    row.remove();
    gone?.();
    this.#made.delete(known);
  }

  #key(event) {
    if (event.target !== this.#table || this.#items.length === 0) return;
    const at = this.#items.findIndex((item) => this.#columns.key(item) === this.#chosen);
    if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      return this.#columns.open(this.#items[at]);
    }
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.#columns.height) - 2);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), this.#items.length - 1);
    this.#scrollTo(to);
    // The next key may come before this one is drawn.
    this.#chosen = this.#columns.key(this.#items[to]);
    this.#columns.choose(this.#items[to]);
  }

  #scrollTo(place) {
    const { height } = this.#columns;
    const heading = this.#table.tHead.offsetHeight;
    const { scrollTop, clientHeight } = this.root;
    if (place * height < scrollTop) this.root.scrollTop = place * height;
    else if ((place + 1) * height + heading > scrollTop + clientHeight) this.root.scrollTop = (place + 1) * height + heading - clientHeight;
  }
}

/** Takes the room of the rows that are not there. */
const spacer = () => el("tr", { class: "spacer", "aria-hidden": "true" }, el("td"));

/** A cell with a text in it. @param {string} [className] */
export const textCell = (className = "") => el("td", { class: className });

