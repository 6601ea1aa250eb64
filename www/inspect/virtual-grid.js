/** A grid of equal cells. It is one tab stop: arrow keys, Home, End and Page keys move through it. */
import { el } from "../pkg/dom.js";
import { VirtualList } from "./virtual.js";

const ROWS_BEYOND = 2;

/**
 * @template Item
 * @typedef {import("./virtual.js").Does<Item> & {
 *   label: string, width: number, height: number, make: (item: Item) => { root: HTMLElement, gone?: () => void },
 *   update?: (item: Item, root: HTMLElement) => void, onkey?: (item: Item, event: KeyboardEvent) => void,
 * }} Cells label: of the whole, for assistive technology; width and height of a cell in pixels, with its gap; make: a cell, `gone` when
 *   it has left the screen; update: brings a cell up to date; onkey: any other key on it
 */

/** @template Item @extends {VirtualList<Item>} */
export class VirtualGrid extends VirtualList {
  #cells;
  #sizer;

  /** @param {Cells<Item>} cells */
  constructor(cells) {
    const sizer = el("div", { class: "virtual-sizer", role: "presentation" });
    super(cells, el("div", { class: "virtual-grid", role: "listbox", tabindex: 0, "aria-label": cells.label, "data-testid": "virtual-grid" }, sizer));
    this.#cells = cells;
    this.#sizer = sizer;
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Item[]} items @param {string} chosen key of the one that is chosen, or "" */
  show(items, chosen) {
    this.items = items;
    this.chosen = chosen;
    this.draw();
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  get #columns() {
    return Math.max(1, Math.floor(this.#sizer.clientWidth / this.#cells.width));
  }

  draw() {
    const { height, key } = this.#cells;
    const columns = this.#columns;
    const width = Math.floor(this.#sizer.clientWidth / columns); // what is left over goes between the cells
    this.#sizer.style.height = `${Math.ceil(this.items.length / columns) * height}px`;
    const first = Math.max(0, Math.floor(this.root.scrollTop / height) - ROWS_BEYOND) * columns;
    const end = (Math.ceil((this.root.scrollTop + this.root.clientHeight) / height) + ROWS_BEYOND) * columns;
    const wanted = new Map(this.items.slice(first, end).map((item, index) => [key(item), { item, place: first + index }]));
    this.dropOthers(new Set(wanted.keys()));
    for (const [known, { item, place }] of wanted) {
      const { root } = this.made.get(known) ?? this.#make(known, item);
      root.style.transform = `translate(${(place % columns) * width}px, ${Math.floor(place / columns) * height}px)`;
      root.setAttribute("aria-posinset", String(place + 1));
      root.setAttribute("aria-setsize", String(this.items.length));
      root.setAttribute("aria-selected", String(known === this.chosen));
      this.#cells.update?.(item, root);
    }
    this.tellChosen(this.root);
  }

  #make(known, item) {
    const cell = this.#cells.make(item);
    cell.root.setAttribute("role", "option");
    cell.root.id = `${this.#cells.label.replaceAll(/\W+/g, "-")}-${known}`;
    cell.root.classList.add("virtual-cell");
    cell.root.addEventListener("click", () => this.#cells.choose(this.items[this.placeOf(known)]));
    this.made.set(known, cell);
    this.#sizer.append(cell.root);
    return cell;
  }

  #key(event) {
    const columns = this.#columns;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.#cells.height)) * columns;
    if (this.moved(event, { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page })) return;
    const chosen = this.items[this.placeOf(this.chosen)];
    if (chosen) this.#cells.onkey?.(chosen, event);
  }

  scrollTo(place) {
    const top = Math.floor(place / this.#columns) * this.#cells.height;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + this.#cells.height > scrollTop + clientHeight) this.root.scrollTop = top + this.#cells.height - clientHeight;
  }
}
