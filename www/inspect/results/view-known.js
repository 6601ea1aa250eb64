/** Part 4: how well the verdicts agree with what is known of some images. */
import { RocChart } from "../../pkg/charts/roc.js";
import { byId, el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";
import { isOwner } from "../store.js";
import { foundByRate, ratesOf, verdictOf } from "./ruling.js";

const MOST_FOLDERS = 50;
const words = text.known;

/**
 * @param {import("../store.js").InspectStore} store @param {import("./findings.js").Findings} findings
 * @param {import("./review.js").Review} review @param {import("../../pkg/engine/client.js").EngineClient} client
 */
export function showKnown(store, findings, review, client) {
  const panel = new KnownPanel(store, findings, review, client);
  byId("known").append(panel.root);
  const draw = () => panel.draw();
  panel.root.addEventListener("toggle", draw);
  store.watch(["project", "images", "access", "engine"], draw);
  findings.watch(["counts", "limit"], draw);
}

const notJudged = () => ({ asked: "", result: /** @type {any} */ (null), error: "" });

class KnownPanel {
  root;
  #store;
  #findings;
  #review;
  #client;
  #folders = el("ul", { class: "folders", "data-testid": "folders" });
  #marked = el("p", { id: "known-marked", "data-testid": "known-marked", role: "status" });
  #results = el("div", { id: "known-results", "data-testid": "known-results" });
  #selects = new Map();
  #judged = notJudged();

  constructor(store, findings, review, client) {
    this.#store = store;
    this.#findings = findings;
    this.#review = review;
    this.#client = client;
    this.root = el("details", { class: "known", id: "known-panel", "data-testid": "known-panel" }, el("summary", {}, words.heading),
      el("p", { class: "hint" }, words.hint), el("h4", {}, words.folders), this.#folders, this.#marked, this.#results);
  }

  draw() {
    const { project } = this.#store.state;
    if (!project || !this.root.open) return;
    this.#drawFolders(foldersOf(project.images));
    const known = { normal: [], anomaly: [] };
    for (const image of project.images) if (image.label) known[image.label].push(image);
    setText(this.#marked, words.marked(known.normal.length, known.anomaly.length));
    this.#judge(known);
  }

  /** A choice for each folder; each stays as it is while it has the focus. */
  #drawFolders(folders) {
    const locked = !isOwner(this.#store.state);
    for (const [name, { row }] of this.#selects) {
      if (folders.has(name)) continue;
      row.remove();
      this.#selects.delete(name);
    }
    for (const [name, { images, label }] of folders) {
      const made = this.#selects.get(name) ?? this.#folder(name);
      setText(made.title, words.folder(name || words.noFolder, images));
      made.select.disabled = locked;
      made.select.value = label;
    }
  }

  #folder(name) {
    const title = el("span", { class: "one-line" });
    const select = el("select", { "aria-label": words.mark(name || words.noFolder), onchange: () => this.#mark(name, select.value) },
      ...Object.entries(text.labels).map(([value, label]) => el("option", { value }, label)), el("option", { value: "mixed", hidden: true }, words.mixed));
    const made = { title, select, row: el("li", { "data-folder": name }, title, select) };
    this.#selects.set(name, made);
    this.#folders.append(made.row);
    return made;
  }

  #mark(name, label) {
    const images = this.#store.state.project.images.filter((image) => folderOf(image.name) === name);
    this.#review.mark(images, /** @type {any} */ (label || undefined));
  }

  async #judge({ normal, anomaly }) {
    const scored = (images) => images.filter((image) => image.score !== null);
    const scoresOf = (images) => Float32Array.from(scored(images), (image) => image.score);
    const [normals, anomalies] = [scoresOf(normal), scoresOf(anomaly)];
    if (normals.length === 0 || anomalies.length === 0) {
      // An answer that is still on its way is no longer wanted, and may be of another project.
      this.#judged = notJudged();
      return this.#say(normal.length + anomaly.length > 0 ? words.needBoth : "");
    }
    const asked = `${normals.join()} ${anomalies.join()}`;
    if (asked !== this.#judged.asked) {
      this.#judged = { asked, result: null, error: "" };
      this.#say(words.waiting);
      const judged = await this.#client.call("judge", { normal: normals, anomalous: anomalies }).then((result) => ({ result, error: "" }), (error) => ({ result: null, error: error.message }));
      if (this.#judged.asked !== asked) return;
      this.#judged = { asked, ...judged };
    }
    const { result, error } = this.#judged;
    if (error) return this.#say(words.failed(error));
    if (result) this.#show(result, scored(normal), scored(anomaly));
  }

  /** What matters to whoever brought them: how many are found, and which limit would find more. */
  #inWords(found, anomalies) {
    const { project } = this.#store.state;
    if (project.batchRate !== null || ratesOf(project.model) === null) return words.foundBatch(found, anomalies.length);
    const [now, ...higher] = foundByRate(project, anomalies.map((image) => image.score));
    const most = higher.at(-1);
    const next = higher[0];
    const more = found === anomalies.length ? [] : next ? [words.more(next.found, next.rate), ...(most !== next ? [words.more(most.found, most.rate)] : [])] : [words.noMore(ratesOf(project.model)[1])];
    return [words.found(now.found, anomalies.length, now.rate), ...more].join(" ");
  }

  #say(sentence) {
    this.#results.replaceChildren(...(sentence ? [el("p", { class: "quiet" }, sentence)] : []));
  }

  #show({ auc, prAuc, bestF1, bestF1Threshold, roc }, normals, anomalies) {
    const { limit } = this.#findings.state;
    const odd = (images) => images.filter((image) => verdictOf(image, limit) === "anomaly").length;
    const [falseAlarms, found] = [odd(normals), odd(anomalies)];
    const chart = new RocChart({ curve: words.roc(format.score(auc)), axes: { tpr: words.rocY, fpr: words.rocX } });
    chart.root.dataset.testid = "roc";
    chart.draw(roc.map(([fpr, tpr]) => ({ fpr, tpr })));
    if (limit !== undefined) chart.show({ fpr: falseAlarms / normals.length, tpr: found / anomalies.length });
    this.#results.replaceChildren(el("div", { class: "known-figures" }, chart.root, el("div", {},
      el("p", { "data-testid": "known-words" }, el("strong", {}, this.#inWords(found, anomalies))),
      el("p", { "data-testid": "known-auc" }, words.auc(format.score(auc), format.score(prAuc))),
      confusion(normals.length, falseAlarms, anomalies.length, found),
      el("p", {}, words.rates(format.percent(falseAlarms / normals.length), format.percent(found / anomalies.length))),
      el("p", { "data-testid": "known-f1" }, words.bestF1(format.score(bestF1), format.score(bestF1Threshold))),
      el("p", { class: "message warning" }, words.warning))));
  }
}

function confusion(normals, falseAlarms, anomalies, found) {
  const row = (title, ...cells) => el("tr", {}, el("th", { scope: "row" }, title), ...cells.map((number) => el("td", { class: "number-text" }, format.count(number))));
  return el("table", { "data-testid": "confusion" }, el("caption", {}, words.confusion),
    el("thead", {}, el("tr", {}, el("td"), ...[words.calledNormal, words.calledOdd].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, row(words.isNormal, normals - falseAlarms, falseAlarms), row(words.isOdd, anomalies - found, found)));
}

const folderOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/** The folders that the images came in, how many of each, and what is known of them. @returns {Map<string, { images: number, label: string }>} */
function foldersOf(images) {
  const folders = new Map();
  for (const { name, label = "" } of images) {
    const folder = folderOf(name);
    const known = folders.get(folder);
    if (!known) {
      if (folders.size < MOST_FOLDERS) folders.set(folder, { images: 1, label });
      continue;
    }
    known.images += 1;
    if (known.label !== label) known.label = "mixed";
  }
  return folders;
}
