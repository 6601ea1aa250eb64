/** A list of which only what is on the screen exists, however long it is: what the grid and the table have in common. */

/**
 * @template Item
 * @typedef {object} Does what a list does with its items
 * @property {(item: Item) => string} key the same for the same item
 * @property {(item: Item) => void} choose an item was moved to
 */

/** @template Item */
export class VirtualList {
  /** What scrolls. @type {HTMLElement} */
  root;
  /** @type {Item[]} */
  items = [];
  /** The key of the one that is chosen, or "". */
  chosen = "";
  /** What exists, by its item's key. @type {Map<string, any>} */
  made = new Map();
  #does;
  #planned = 0;

  /** @param {Does<Item>} does @param {HTMLElement} root */
  constructor(does, root) {
    this.#does = does;
    this.root = root;
    root.addEventListener("scroll", () => {
      cancelAnimationFrame(this.#planned);
      this.#planned = requestAnimationFrame(() => this.draw());
    });
    new ResizeObserver(() => this.draw()).observe(root);
  }

  /** What is drawn on the screen. */
  draw() {}

  /** Scrolls to a place. @param {number} place */
  scrollTo(place) {}

  /** Scrolls to an item. @param {string} known its key */
  reveal(known) {
    const place = this.placeOf(known);
    if (place >= 0) this.scrollTo(place);
  }

  /** @param {string} known */
  placeOf(known) {
    return this.items.findIndex((item) => this.#does.key(item) === known);
  }

  /** Removes what is not wanted any more. @param {Set<string>} wanted */
  dropOthers(wanted) {
    for (const [known, { root, gone }] of this.made) {
      if (wanted.has(known)) continue;
      root.remove();
      gone?.();
      this.made.delete(known);
    }
  }

  /** Moves as a key says. @param {KeyboardEvent} event @param {Record<string, number>} steps by the keys' names @returns {boolean} whether it was one of them */
  moved(event, steps) {
    const step = { Home: -Infinity, End: Infinity, ...steps }[event.key];
    if (step === undefined || this.items.length === 0) return false;
    event.preventDefault();
    const at = this.placeOf(this.chosen);
    const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), this.items.length - 1);
    this.scrollTo(to);
    // The next key may come before this one is drawn.
    this.chosen = this.#does.key(this.items[to]);
    this.#does.choose(this.items[to]);
    return true;
  }

  /** Says which one is chosen. @param {HTMLElement} list */
  tellChosen(list) {
    const chosen = this.made.get(this.chosen);
    if (chosen) list.setAttribute("aria-activedescendant", chosen.root.id);
    else list.removeAttribute("aria-activedescendant");
  }
}
