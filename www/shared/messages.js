/** Sentences for the visitor, shown where they belong and kept until they are dismissed or replaced. */
import { text } from "../text/common.js";
import { byId, el } from "../pkg/dom.js";

const MOST_PER_PLACE = 3;

/**
 * @param {string} place there is an element messages-<place> on the page
 * @param {"info" | "warning" | "error"} kind
 * @param {string} sentence
 * @param {{ label: string, run: () => void }} [action]
 */
export function say(place, kind, sentence, action) {
  const list = byId(`messages-${place}`);
  for (const old of [...list.children]) {
    if (old.dataset.sentence === sentence) old.remove();
  }
  while (list.children.length >= MOST_PER_PLACE) list.firstElementChild.remove();
  const message = el("div", { class: `message ${kind}`, "data-kind": kind, "data-sentence": sentence },
    el("p", {}, el("strong", {}, text.messages[kind]), " ", sentence));
  if (action) {
    message.append(el("button", { type: "button", "data-testid": "message-action", onclick: action.run }, action.label));
  }
  message.append(el("button", {
    type: "button", class: "dismiss", "aria-label": text.messages.dismiss, onclick: () => message.remove(),
  }, "×"));
  list.append(message);
}

/** Removes what was said at a place, for instance because the visitor tries again. */
export function clearMessages(place) {
  byId(`messages-${place}`).replaceChildren();
}

const QUIET_MS = 5000;
let lastSpoken = 0;
let waiting = 0;

/** Tells screen readers about progress, at most every five seconds; the newest sentence wins. */
export function announce(sentence) {
  clearTimeout(waiting);
  const wait = Math.max(0, lastSpoken + QUIET_MS - Date.now());
  waiting = setTimeout(() => {
    lastSpoken = Date.now();
    byId("live").textContent = sentence;
  }, wait);
}
