/** Questions that the page waits for: a title, a few sentences, perhaps a field, and buttons. */
import { text } from "../text/common.js";
import { el } from "../pkg/dom.js";

/**
 * Where there is no field, the focus is on the harmless button: a key that is held too long deletes nothing.
 * @param {{ title: string, body?: string, confirm: string, field?: { label: string, value: string } }} question
 * @returns {Promise<string | null>} what stands in the field ("" without one); null if it was cancelled
 */
export async function ask({ title, body = "", confirm, field }) {
  const input = field && el("input", { type: "text", value: field.value, maxlength: 200, autofocus: true, "data-testid": "ask-field" });
  const yes = el("button", { type: "submit", value: "yes", class: "primary", "data-testid": "ask-confirm" }, confirm);
  const parts = [...(body ? [el("p", {}, body)] : []), ...(field ? [el("label", { class: "field" }, el("span", {}, field.label), input)] : [])];
  const answer = shown(title, parts, [yes, cancel({ autofocus: !field })]);
  input?.select();
  return (await answer) === "yes" ? input?.value ?? "" : null;
}

/**
 * A choice among several ways to go on. The first is the one that is proposed, and has the focus: it must do no harm.
 * @param {{ title: string, body: Node[], choices: Record<string, string> }} question what each button says, by its answer
 * @param {AbortSignal} signal takes the question back
 * @returns {Promise<string>} an answer; "" if it was cancelled
 */
export function choose({ title, body, choices }, signal) {
  const buttons = Object.entries(choices).map(([value, label], index) =>
    el("button", { type: "submit", value, class: index === 0 ? "primary" : null, autofocus: index === 0, "data-testid": `ask-${value}` }, label));
  return shown(title, body, [...buttons, cancel()], signal);
}

const cancel = (properties = {}) => el("button", { type: "submit", value: "", "data-testid": "ask-cancel", ...properties }, text.common.cancel);

/** @param {string} title @param {Node[]} parts @param {Node[]} buttons @param {AbortSignal} [signal] @returns {Promise<string>} the value of the button, or "" */
function shown(title, parts, buttons, signal) {
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-body", "data-testid": "ask" },
    el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); dialog.close(event.submitter.value); } },
      el("h2", { id: "ask-title" }, title), el("div", { id: "ask-body" }, ...parts), el("div", { class: "row" }, ...buttons)));
  document.body.append(dialog);
  dialog.showModal();
  signal?.addEventListener("abort", () => dialog.close(""));
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue);
    });
  });
}
