/** The confusion matrix and the rates that follow from it. */
import { el } from "../../dom.js";

const RATES = ["tpr", "fpr", "auc"];

export class Figures {
  root;
  #text;
  #cells = Object.fromEntries(["trueNegatives", "falsePositives", "falseNegatives", "truePositives"].map((name) => [name, el("strong", { class: "number" }, "–")]));
  #rates = Object.fromEntries(RATES.map((name) => [name, el("dd", { class: "number", "data-rate": name }, "–")]));

  constructor(text) {
    this.#text = text;
    const head = (scope, label) => el("th", { scope }, label);
    const cell = (name, isRight) => el("td", { class: isRight ? "right" : "wrong", "data-cell": name }, this.#cells[name], el("span", { class: "quiet" }, text.cells[name]));
    const table = el("table", {}, el("caption", {}, text.table),
      el("thead", {}, el("tr", {}, head("col", text.truth), head("col", text.said.normal), head("col", text.said.anomaly))),
      el("tbody", {},
        el("tr", {}, head("row", text.rows.normal), cell("trueNegatives", true), cell("falsePositives", false)),
        el("tr", {}, head("row", text.rows.anomaly), cell("falseNegatives", false), cell("truePositives", true))));
    const rates = el("dl", {}, ...RATES.flatMap((name) => [el("dt", {}, text[name]), this.#rates[name]]));
    this.root = el("div", { class: "figures" }, table, rates, el("p", { class: "quiet" }, `${text.auc}: ${text.aucMeaning}.`));
  }

  /** @param {ReturnType<typeof import("../../rules.js").confusion>} counts @param {number} auc */
  show(counts, auc) {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
    for (const [name, cell] of Object.entries(this.#cells)) cell.textContent = String(counts[name]);
    this.#rates.tpr.textContent = this.#text.rate(truePositives, truePositives + falseNegatives);
    this.#rates.fpr.textContent = this.#text.rate(falsePositives, falsePositives + trueNegatives);
    this.#rates.auc.textContent = this.#text.number.fraction(auc);
  }
}
