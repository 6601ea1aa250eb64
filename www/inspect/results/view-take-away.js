/** Part 4: the results as files. */
import { byId, download, el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { announce, clearMessages, say } from "../../shared/messages.js";
import { text as common } from "../../text/common.js";
import { text } from "../../text/results.js";
import { reportFile } from "./report.js";
import { csvFile, jsonFile } from "./tables.js";

/**
 * @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace
 * @param {import("./findings.js").Findings} findings @param {import("./explanations.js").Explanations} explanations
 */
export function showTakeAway(store, workspace, findings, explanations) {
  const heatmaps = el("input", { type: "checkbox", id: "report-heatmaps", "data-testid": "report-heatmaps" });
  const progress = el("progress", { max: 1, value: 0, "aria-label": text.files.progressLabel });
  const numbers = el("span", { class: "number-text" });
  let writing = /** @type {AbortController | null} */ (null);
  const cancel = el("button", { type: "button", id: "writing-cancel", "data-testid": "writing-cancel", onclick: () => writing?.abort() }, common.common.cancel);
  const row = el("div", { class: "row progress-row", id: "writing", "data-testid": "writing", hidden: true }, progress, numbers, cancel);

  const write = async (kind, make) => {
    const { project } = store.state;
    writing = new AbortController();
    const { signal } = writing;
    clearMessages("results");
    progress.value = 0;
    row.hidden = false;
    draw();
    const onProgress = (done, total) => {
      progress.value = done / total;
      setText(numbers, text.files.progress(done, total));
      announce(text.files.progress(done, total));
    };
    try {
      const explain = (id) => (heatmaps.checked && explanations.obstacle === "" ? explanations.of(id) : explanations.known(id));
      const blob = await make({ ...(await findings.settled(signal)), explain, signal, onProgress });
      signal.throwIfAborted();
      const name = `${format.fileName(project.name)}-${text.files.suffix[kind]}`;
      download(blob, name);
      say("results", "info", text.files.written(name));
    } catch (error) {
      // What became of a file of another project is no news.
      if (store.state.project !== project) return;
      if (error.name === "AbortError") say("results", "info", text.files.cancelled);
      else say("results", "error", text.files.failed(error.message));
    } finally {
      writing = null;
      row.hidden = true;
      setText(numbers, "");
      draw();
    }
  };
  const report = async (job) => reportFile({
    ...job, flagged: await findings.flagged(job.project.images, job.limit), backend: store.state.engine?.backend ?? "",
    show: (id, side) => workspace.picture(id, side),
  });
  const button = (kind, make) => el("button", { type: "button", id: `take-${kind}`, "data-testid": `take-${kind}`, onclick: () => write(kind, make) }, text.files[kind]);
  const buttons = [button("csv", csvFile), button("json", jsonFile), button("report", report)];
  const nothing = el("p", { class: "quiet", id: "take-nothing", "data-testid": "take-nothing" }, text.files.nothing);
  byId("take-away").append(el("h4", {}, text.files.heading), nothing, el("div", { class: "row" }, ...buttons), el("label", { class: "check" }, heatmaps, el("span", {}, text.files.heatmaps)), row);

  function draw() {
    const isEmpty = (store.state.project?.images.length ?? 0) === 0;
    nothing.hidden = !isEmpty;
    for (const one of buttons) one.disabled = isEmpty || writing !== null;
    heatmaps.disabled = isEmpty || writing !== null;
  }
  store.watch(["project", "images"], draw);
  store.watch(["project"], () => writing?.abort());
}
