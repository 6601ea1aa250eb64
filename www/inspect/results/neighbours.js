/** The images before and after the one that is looked at: to see where one is, and to go there. */
import { el } from "../../pkg/dom.js";
import { text } from "../../text/results.js";
import { verdictWords } from "./lists.js";

const OFFSETS = [-2, -1, 0, 1, 2];

export class Neighbours {
  root;
  #thumbnails;
  /** They stay the same while what they show changes, so that the focus stays on them. */
  #buttons;

  /** @param {import("../thumbnails.js").Thumbnails} thumbnails @param {(offset: number) => void} go */
  constructor(thumbnails, go) {
    this.#thumbnails = thumbnails;
    this.#buttons = OFFSETS.map((offset) => el("button", { type: "button", class: "neighbour", onclick: () => go(offset) }));
    this.root = el("div", { class: "neighbours", role: "group", "aria-label": text.viewer.neighbours }, ...this.#buttons);
  }

  /** @param {(offset: number) => any} imageAt the image so many places away, if there is one @param {(image: any) => import("./ruling.js").Verdict} verdictOf */
  draw(imageAt, verdictOf) {
    this.#buttons.forEach((button, index) => this.#drawOne(button, imageAt(OFFSETS[index]), OFFSETS[index] === 0, verdictOf));
    // What cannot be seen cannot have the focus.
    if (document.activeElement?.matches(".neighbour.nothing")) this.#buttons[OFFSETS.indexOf(0)].focus();
  }

  #drawOne(button, image, isCurrent, verdictOf) {
    const canvas = el("canvas", { class: "thumbnail", "aria-hidden": "true" });
    button.replaceChildren(canvas);
    button.classList.toggle("nothing", !image);
    if (!image) return;
    if (isCurrent) button.setAttribute("aria-current", "true");
    button.setAttribute("aria-label", text.viewer.neighbour(image.name, verdictWords(image, verdictOf(image))));
    button.title = image.name;
    this.#thumbnails.show(image.id, canvas);
  }
}
