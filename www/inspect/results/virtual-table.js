/** A table. Arrow keys, Home, End and Page keys move through the rows; a click on a column's name sorts by it. */
import { el } from "../../pkg/dom.js";
import { VirtualList } from "../virtual.js";

const ROWS_BEYOND = 4;

/**
 * @template Item
 * @typedef {import("../virtual.js").Does<Item> & {
 *   label: string, height: number, columns: { id: string, title: string }[], make: (item: Item) => { cells: HTMLElement[], gone?: () => void },
 *   update: (item: Item, row: HTMLElement, cells: HTMLElement[]) => void, open: (item: Item) => void, sort: (column: string) => void,
 * }} Columns label: of the whole, for assistive technology; height of a row in pixels; make: the content of a row, a cell for each column;
 *   update: brings a row up to date; open: an item was clicked, or Enter was pressed on it
 */

/** @template Item @extends {VirtualList<Item>} */
export class VirtualTable extends VirtualList {
  #columns;
  #table;
  #headings;
  #above = spacer();
  #below = spacer();

  /** @param {Columns<Item>} columns */
  constructor(columns) {
    const table = el("table", { role: "grid", tabindex: 0, class: "virtual-table", "aria-label": columns.label, "data-testid": "virtual-table" });
    super(columns, el("div", { class: "virtual-table-frame" }, table));
    this.#columns = columns;
    this.#table = table;
    this.#headings = columns.columns.map(({ id, title }) => el("th", { scope: "col", class: `column-${id}` },
      el("button", { type: "button", class: "column", "data-testid": `sort-${id}`, onclick: () => columns.sort(id) }, title)));
    table.append(el("thead", {}, el("tr", { "aria-rowindex": 1 }, ...this.#headings)), el("tbody", {}, this.#above, this.#below));
    table.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {Item[]} items @param {string} chosen key of the one that is chosen, or ""
   * @param {{ column: string, descending: boolean }} order
   */
  show(items, chosen, order) {
    this.items = items;
    this.chosen = chosen;
    this.#columns.columns.forEach(({ id }, index) => {
      const direction = id === order.column ? (order.descending ? "descending" : "ascending") : "none";
      this.#headings[index].setAttribute("aria-sort", direction);
    });
    this.draw();
  }

  focus() {
    this.#table.focus({ preventScroll: true });
  }

  draw() {
    if (this.root.clientHeight === 0) return;
    const { height, key } = this.#columns;
    const first = Math.max(0, Math.floor(this.root.scrollTop / height) - ROWS_BEYOND);
    const end = Math.min(this.items.length, Math.ceil((this.root.scrollTop + this.root.clientHeight) / height) + ROWS_BEYOND);
    const wanted = this.items.slice(first, end);
    this.dropOthers(new Set(wanted.map(key)));
    let last = this.#above;
    wanted.forEach((item, index) => {
      const { root, cells } = this.made.get(key(item)) ?? this.#make(item);
      if (last.nextSibling !== root) last.after(root);
      last = root;
      root.setAttribute("aria-rowindex", String(first + index + 2));
      root.setAttribute("aria-selected", String(key(item) === this.chosen));
      this.#columns.update(item, root, cells);
    });
    this.#above.firstElementChild.style.height = `${Math.min(first, this.items.length) * height}px`;
    this.#below.firstElementChild.style.height = `${Math.max(0, this.items.length - end) * height}px`;
    this.#table.setAttribute("aria-rowcount", String(this.items.length + 1));
    this.tellChosen(this.#table);
  }

  #make(item) {
    const known = this.#columns.key(item);
    const { cells, gone } = this.#columns.make(item);
    const root = el("tr", { id: `row-${known}`, class: "virtual-row", onclick: () => this.#columns.open(this.items[this.placeOf(known)]) }, ...cells);
    const made = { root, cells, gone };
    this.made.set(known, made);
    return made;
  }

  #key(event) {
    if (event.target !== this.#table) return;
    const chosen = this.items[this.placeOf(this.chosen)];
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      return this.#columns.open(chosen);
    }
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.#columns.height) - 2);
    this.moved(event, { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page });
  }

  scrollTo(place) {
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
