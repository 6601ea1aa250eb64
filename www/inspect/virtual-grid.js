/**
 * A grid of equal cells of which only those on the screen exist, however many there are. It is one tab stop: arrow
 * keys, Home, End and Page keys move through it.
 */
import { el } from "../pkg/dom.js";

const ROWS_BEYOND = 2;

/**
 * @template Item
 * @typedef {object} Cells
 * @property {string} label of the whole, for assistive technology
 * @property {number} width of a cell in pixels, with its gap @property {number} height
 * @property {(item: Item) => string} key the same for the same item
 * @property {(item: Item) => { root: HTMLElement, gone?: () => void }} make a cell; `gone` when it has left the screen
 * @property {(item: Item, root: HTMLElement) => void} [update] brings a cell up to date
 * @property {(item: Item) => void} choose an item was clicked, or moved to
 * @property {(item: Item, event: KeyboardEvent) => void} [onkey] any other key on it
 */

/** @template Item */
export class VirtualGrid {
  root;
  #cells;
  #sizer = el("div", { class: "virtual-sizer", role: "presentation" });
  /** @type {Map<string, { root: HTMLElement, gone?: () => void }>} */
  #made = new Map();
  /** @type {Item[]} */
  #items = [];
  #chosen = "";
  #planned = 0;

  /** @param {Cells<Item>} cells */
  constructor(cells) {
    this.#cells = cells;
    this.root = el("div", {
      class: "virtual-grid", role: "listbox", tabindex: 0, "aria-label": cells.label, "data-testid": "virtual-grid",
      onscroll: () => this.#plan(), onkeydown: (event) => this.#key(event),
    }, this.#sizer);
    new ResizeObserver(() => this.#draw()).observe(this.root);
  }

  /** @param {Item[]} items @param {string} chosen key of the one that is chosen, or "" */
  show(items, chosen) {
    this.#items = items;
    this.#chosen = chosen;
    this.#draw();
  }

  /** Scrolls to an item. @param {string} known its key */
  reveal(known) {
    const place = this.#items.findIndex((item) => this.#cells.key(item) === known);
    if (place >= 0) this.#reveal(place, this.#columns);
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  get #columns() {
    return Math.max(1, Math.floor(this.#sizer.clientWidth / this.#cells.width));
  }

  #plan() {
    cancelAnimationFrame(this.#planned);
    this.#planned = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { height, key } = this.#cells;
    const columns = this.#columns;
    const width = Math.floor(this.#sizer.clientWidth / columns); // what is left over goes between the cells
    this.#sizer.style.height = `${Math.ceil(this.#items.length / columns) * height}px`;
    const first = Math.max(0, Math.floor(this.root.scrollTop / height) - ROWS_BEYOND) * columns;
    const end = (Math.ceil((this.root.scrollTop + this.root.clientHeight) / height) + ROWS_BEYOND) * columns;
    const wanted = new Map(this.#items.slice(first, end).map((item, index) => [key(item), { item, place: first + index }]));
    for (const [known, cell] of this.#made) if (!wanted.has(known)) this.#drop(known, cell);
    for (const [known, { item, place }] of wanted) {
      const { root } = this.#made.get(known) ?? this.#make(known, item);
      root.style.transform = `translate(${(place % columns) * width}px, ${Math.floor(place / columns) * height}px)`;
      root.setAttribute("aria-posinset", String(place + 1));
      root.setAttribute("aria-setsize", String(this.#items.length));
      root.setAttribute("aria-selected", String(known === this.#chosen));
      this.#cells.update?.(item, root);
    }
    const chosen = this.#made.get(this.#chosen);
    if (chosen) this.root.setAttribute("aria-activedescendant", chosen.root.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  #make(known, item) {
    const cell = this.#cells.make(item);
    cell.root.setAttribute("role", "option");
    cell.root.id = `${this.#cells.label.replaceAll(/\W+/g, "-")}-${known}`;
    cell.root.classList.add("virtual-cell");
    cell.root.addEventListener("click", () => this.#cells.choose(this.#items.find((one) => this.#cells.key(one) === known)));
    this.#made.set(known, cell);
    this.#sizer.append(cell.root);
    return cell;
  }

  #drop(known, cell) {
    cell.root.remove();
    cell.gone?.();
    this.#made.delete(known);
  }

  #key(event) {
    const at = this.#items.findIndex((item) => this.#cells.key(item) === this.#chosen);
    const columns = this.#columns;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.#cells.height)) * columns;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (this.#items.length === 0) return;
    if (step === undefined) {
      if (at >= 0) this.#cells.onkey?.(this.#items[at], event);
      return;
    }
    event.preventDefault();
    const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), this.#items.length - 1);
    this.#reveal(to, columns);
    // The next key may come before this one is drawn.
    this.#chosen = this.#cells.key(this.#items[to]);
    this.#cells.choose(this.#items[to]);
  }

  #reveal(place, columns) {
    const top = Math.floor(place / columns) * this.#cells.height;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + this.#cells.height > scrollTop + clientHeight) this.root.scrollTop = top + this.#cells.height - clientHeight;
  }
}
