/** One image with its pictures, score and verdict. */
import { drawPicture, el, pictureCanvas, setText, verdictIcon } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { isFlagged } from "../pkg/rules.js";
import { text } from "../text/demo.js";
import { originOf, thresholdOf, verdictChanged, verdictOf } from "./store.js";

const PICTURES = ["input", "reconstruction", "difference"];

export class Card {
  #item;
  #drawn = null;
  #canvases = PICTURES.map(() => pictureCanvas());
  #pictures;
  #verdict = el("span", { class: "verdict" });
  #score = el("span", { class: "score number-text" });
  #marker = el("span", { class: "marker" });
  #bar = el("span", { class: "score-bar", "aria-hidden": "true" }, el("span", { class: "limit" }), this.#marker);
  #other = el("span", { class: "other quiet" });
  #button;
  root;

  /** @param {import("./store.js").Item} item @param {(item: any) => void} select */
  constructor(item, select) {
    this.#item = item;
    const columns = PICTURES.map((name, index) => el("span", {}, this.#canvases[index], el("span", { class: "picture-name" }, text.card[name])));
    this.#pictures = el("span", { class: "pictures" }, ...columns);
    this.#button = el("button", { type: "button", class: "card-main", onclick: () => select(item) },
      this.#pictures, el("span", { class: "judgement" }, this.#verdict, this.#score), this.#bar, this.#other,
      el("span", { class: "name", title: item.name }, item.name));
    this.root = el("li", { class: "card", "data-testid": "card", "data-name": item.name }, this.#button);
  }

  /** Whether `update` would have to draw. */
  hasNewPictures(state) {
    return this.#item.results[state.view.which] !== this.#drawn;
  }

  /** Brings the card up to date. @param {any} state */
  update(state) {
    const { which, selected } = state.view;
    const result = this.#item.results[which];
    const verdict = verdictOf(state, this.#item, which);
    this.#drawPictures(result);
    this.#drawVerdict(verdict);
    setText(this.#score, result?.score === undefined ? "" : format.score(result.score));
    this.#drawBar(result, thresholdOf(state, which), originOf(state, which));
    setText(this.#other, this.#otherText(state, result));
    this.#button.setAttribute("aria-pressed", String(selected === this.#item.id));
    this.root.classList.toggle("changed", verdictChanged(state, this.#item));
    Object.assign(this.root.dataset, { verdict: verdict ?? "", score: result?.score ?? "", which });
  }

  #drawPictures(result) {
    if (result === this.#drawn) return;
    this.#drawn = result;
    this.#pictures.hidden = result?.error !== undefined;
    if (result?.input) PICTURES.forEach((name, index) => drawPicture(this.#canvases[index], result[name]));
  }

  #drawVerdict(verdict) {
    if (this.#verdict.dataset.verdict === String(verdict)) return;
    this.#verdict.dataset.verdict = String(verdict);
    this.#verdict.className = `verdict ${verdict ?? "none"}`;
    this.#verdict.replaceChildren(...(verdict ? [verdictIcon(verdict)] : []), text.verdict[verdict ?? "none"]);
  }

  /** The origin is at the left end of the bar, the threshold in its middle. */
  #drawBar(result, threshold, origin) {
    this.#bar.hidden = threshold === null || result?.score === undefined;
    if (this.#bar.hidden) return;
    const place = (result.score - origin) / (threshold - origin) / 2 || 0;
    this.#marker.style.left = `${Math.min(Math.max(place, 0), 1) * 100}%`;
    this.#marker.classList.toggle("above", isFlagged(result.score, threshold));
  }

  /** What is wrong with the image or with its score, or what the other model says about it. */
  #otherText(state, result) {
    const wrong = result?.error ?? result?.remark;
    if (wrong !== undefined) return format.sentence(wrong);
    if (!state.tuned) return "";
    const which = state.view.which === "base" ? "tuned" : "base";
    const other = this.#item.results[which];
    if (other?.score === undefined) return "";
    return text.card.other(which, format.score(other.score), text.verdict[verdictOf(state, this.#item, which) ?? "none"]);
  }
}
