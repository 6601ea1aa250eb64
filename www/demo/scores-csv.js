/** The scores as a table. */
import { cell } from "../shared/csv.js";
import { thresholdOf, verdictOf } from "./store.js";

/**
 * One row per image and model that scored it.
 * @param {any} state
 * @param {import("./store.js").Item[]} items
 * @returns {string}
 */
export function scoresCsv(state, items) {
  const rows = ["file,score,threshold,verdict,model"];
  for (const which of state.tuned ? ["base", "tuned"] : ["base"]) {
    const card = which === "tuned" ? state.tuned.card : state.model.card;
    const threshold = thresholdOf(state, which);
    for (const item of items) {
      const result = item.results[which];
      if (!result) continue;
      const verdict = verdictOf(state, item, which) ?? "no threshold";
      rows.push([cell(item.name), result.score ?? "", threshold ?? "", cell(verdict), cell(card.name)].join(","));
    }
  }
  return rows.join("\r\n") + "\r\n";
}
