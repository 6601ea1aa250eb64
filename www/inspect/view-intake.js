/** What happens to files that were brought: progress while they are looked at, then what could not be taken in and why. */
import { byId, el, setText } from "../pkg/dom.js";
import { text } from "../text/inspect.js";

/** @param {import("./store.js").InspectStore} store @param {import("./intake/intake.js").Intake} intake */
export function showIntake(store, intake) {
  for (const part of /** @type {const} */ (["normals", "images"])) {
    const progress = el("progress", { max: 1, value: 0, "aria-label": text.bring.progressLabel });
    const numbers = el("span", { class: "number-text" });
    const cancel = el("button", { type: "button", "data-testid": `${part}-intake-cancel`, onclick: () => intake.cancel() }, text.common.cancel);
    const row = el("div", { class: "row progress-row", hidden: true, "data-testid": `${part}-intake-progress` }, progress, numbers, cancel);
    const leftOut = el("div", { "data-testid": `${part}-left-out` });
    byId(`${part}-intake`).append(row, leftOut);
    store.watch(["bringing"], ({ bringing }) => {
      row.hidden = bringing?.part !== part;
      if (row.hidden) return;
      progress.value = bringing.total > 0 ? bringing.done / bringing.total : 0;
      setText(numbers, text.bring.progress(bringing.done, bringing.total));
    });
    store.watch(["leftOut"], (state) => leftOut.replaceChildren(...groups(state.leftOut[part], () => intake.forgetLeftOut(part))));
  }
  store.watch(["bringing", "access", "run"], lock);
}

function groups(leftOut, forget) {
  if (leftOut.length === 0) return [];
  const total = leftOut.reduce((sum, group) => sum + group.count, 0);
  return [el("div", { class: "message warning left-out" },
    el("div", {}, el("p", {}, el("strong", {}, text.bring.leftOutHeading(total))),
      el("ul", {}, ...leftOut.map(({ reason, count, names }) => el("li", { "data-reason": reason, "data-count": count }, text.bring.reason(text.bring.reasons[reason], count, names))))),
    el("button", { type: "button", class: "dismiss", "aria-label": text.bring.forget, onclick: forget }, "×"))];
}

/** One bringing at a time; a reader brings nothing; the normal images stay as they are under a run. */
function lock({ bringing, access, run }) {
  const isLocked = bringing !== null || access !== "owner";
  for (const name of ["choose", "folder"]) {
    byId(`images-${name}`).disabled = isLocked;
    byId(`normals-${name}`).disabled = isLocked || (run !== null && !run.over);
  }
}
