/** Questions that the page waits for: a title, a sentence, perhaps a field, and two buttons. */
import { text } from "../text/common.js";
import { el } from "../pkg/dom.js";

/**
 * Where there is no field, the focus is on the harmless button: a key that is held too long deletes nothing.
 * @param {{ title: string, body?: string, confirm: string, field?: { label: string, value: string } }} question
 * @returns {Promise<string | null>} what stands in the field ("" without one); null if it was cancelled
 */
export function ask({ title, body = "", confirm, field }) {
  const input = field && el("input", { type: "text", value: field.value, maxlength: 200, "data-testid": "ask-field" });
  const yes = el("button", { type: "submit", class: "primary", "data-testid": "ask-confirm" }, confirm);
  const no = el("button", { type: "button", "data-testid": "ask-cancel", autofocus: !field, onclick: () => dialog.close("") }, text.common.cancel);
  const form = el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); dialog.close("yes"); } },
    el("h2", { id: "ask-title" }, title), ...(body ? [el("p", {}, body)] : []),
    ...(field ? [el("label", { class: "field" }, el("span", {}, field.label), input)] : []),
    el("div", { class: "row" }, yes, no));
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-title", "data-testid": "ask" }, form);
  document.body.append(dialog);
  dialog.showModal();
  input?.select();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes" ? input?.value ?? "" : null);
    });
  });
}
