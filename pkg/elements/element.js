/** What the elements have in common: style, attributes that may be wrong, a message for what fails, work only on the screen. */
import { EngineRestarted } from "../engine/client.js";
import { el } from "../dom.js";
import { Mistake } from "./mistake.js";
import { STYLE } from "./style.js";
import { textOf } from "./text/index.js";

export { Mistake };

export class GanomalyElement extends HTMLElement {
  /** Attributes of all elements. */
  static observedAttributes = ["preset", "anomaly", "seed", "theme", "lang"];

  /** The texts in the element's language. */
  text = textOf("en");
  /** Aborted when the element leaves the page. */
  life = new AbortController();
  #root = this.attachShadow({ mode: "open" });
  #message = el("div", { class: "message", role: "status", hidden: true });
  #body = el("div", { class: "body" });
  #frame = el("div", { class: "frame" }, this.#message, this.#body);
  #watcher = null;
  #isVisible = false;
  #wake = () => {};
  #isBegun = false;
  #redraw = false;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [STYLE, ...this.styles()];
    this.#root.append(this.#frame);
    this.addEventListener("keydown", (event) => this.#leave(event));
  }

  // What an element has of its own.

  /** Style sheets of this element alone. @returns {CSSStyleSheet[]} */
  styles() { return []; }

  /** Draws what is there before anything computes. @param {HTMLElement} body which is empty */
  draw(body) {}

  /** Begins to compute, once the element is on the screen for the first time. */
  async begin() {}

  /** It came onto the screen, or left it and should pause. @param {boolean} isVisible */
  visible(isVisible) {}

  /** An attribute has changed after the beginning: begins anew where it must. @param {string} name */
  changed(name) { this.restart(); }

  // The life of an element.

  connectedCallback() {
    this.life = new AbortController();
    this.#isBegun = false;
    this.#draw();
    this.#watcher = new IntersectionObserver((entries) => this.#onScreen(entries.at(-1).isIntersecting), { rootMargin: "100px" });
    this.#watcher.observe(this);
  }

  disconnectedCallback() {
    this.#watcher?.disconnect();
    this.#watcher = null;
    this.#onScreen(false);
    this.life.abort();
  }

  attributeChangedCallback(name, before, after) {
    // Those of the markup come before the element is in its place.
    if (before === after || !this.#watcher || this.#redraw) return;
    this.#redraw = true;
    // Several attributes that are set one after the other are one change.
    queueMicrotask(() => {
      this.#redraw = false;
      if (this.#watcher) this.changed(name);
    });
  }

  get isVisible() { return this.#isVisible; }

  /** Waits until somebody can see it. @param {AbortSignal} signal of the life; when that is over, this fails */
  async untilVisible(signal) {
    while (!this.#isVisible && !signal.aborted) await new Promise((resolve) => { this.#wake = () => resolve(undefined); });
    signal.throwIfAborted();
  }

  /** Ends what is under way and begins anew, with the attributes as they are now. */
  restart() {
    this.life.abort();
    this.life = new AbortController();
    this.#isBegun = false;
    this.#draw();
    this.#beginOnce();
  }

  #draw() {
    this.text = textOf(this.getAttribute("lang") ?? this.closest("[lang]")?.getAttribute("lang") ?? "en");
    this.say("");
    this.#body.replaceChildren();
    try {
      this.#frame.dataset.theme = this.word("theme", ["light", "dark"], "");
      this.draw(this.#body);
    } catch (error) {
      this.#isBegun = true; // there is nothing to begin with, and nothing more to be said
      this.fail(error);
    }
  }

  #onScreen(isVisible) {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#beginOnce();
    if (isVisible) this.#wake();
    this.visible(isVisible);
  }

  #beginOnce() {
    if (!this.#isVisible || this.#isBegun) return;
    this.#isBegun = true;
    this.attempt(() => this.begin());
  }

  /** Escape gives the keys back to the page, which may be slides. */
  #leave(event) {
    const focused = /** @type {HTMLElement | null} */ (this.#root.activeElement);
    if (event.key !== "Escape" || !focused) return;
    focused.blur();
    event.stopPropagation();
  }

  /** Does something; what fails is said in the element, and the page does not notice. @param {() => any} act */
  async attempt(act) {
    const { signal } = this.life;
    try {
      await act();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /** Says what went wrong, with a button to try again where that may help. @param {unknown} error */
  fail(error) {
    const sentence = error instanceof EngineRestarted ? this.text.crashed : error instanceof Error ? error.message : String(error);
    this.say(sentence, "error");
    for (const one of this.#body.querySelectorAll("p")) if (one.textContent === this.text.starting) one.textContent = "";
    if (!(error instanceof Mistake)) this.#message.append(" ", el("button", { type: "button", onclick: () => this.restart() }, this.text.retry));
    this.tell("error", { message: sentence });
  }

  /** A sentence above the element; an empty one takes it away. @param {string} sentence @param {"note" | "error"} [kind] */
  say(sentence, kind = "note") {
    this.#message.hidden = sentence === "";
    this.#message.dataset.kind = kind;
    this.#message.textContent = sentence;
  }

  /** Tells the page: an event that bubbles, named ganomaly-NAME. @param {string} name @param {any} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`ganomaly-${name}`, { detail, bubbles: true, composed: true }));
  }

  // Attributes.

  /** One of several words; fails with a sentence that names them. @param {string} name @param {string[]} words @param {string} [otherwise] */
  word(name, words, otherwise = words[0]) {
    const value = this.getAttribute(name)?.replaceAll("'", "′"); // keyboards have no prime
    if (!value) return otherwise;
    if (words.includes(value)) return value;
    throw new Mistake(this.text.wrongAttribute(name, value, words.join(", ")));
  }

  /** A number within limits; fails with a sentence that names them. @param {string} name @param {{ low: number, high: number, otherwise: number, whole?: boolean }} limits */
  number(name, { low, high, otherwise, whole = false }) {
    const given = this.getAttribute(name);
    if (given === null || given === "") return otherwise;
    const value = Number(given);
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    throw new Mistake(this.text.wrongAttribute(name, given, this.text.range(low, high, whole)));
  }

  /** Decides everything random. */
  get seed() { return this.number("seed", { low: 0, high: 2 ** 32 - 1, otherwise: 0, whole: true }); }
}

/** Defines an element, unless another version of the package has. @param {string} name @param {CustomElementConstructor} element */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}
