/** The panel with the false-alarm slider, the histogram, the counts and the table to take away. */
import { Histogram } from "../pkg/charts/histogram.js";
import { scaleOf } from "../pkg/charts/plot.js";
import { byId, download, setText } from "../pkg/dom.js";
import * as format from "../pkg/format.js";
import { imagesNeeded } from "../pkg/rules.js";
import { text } from "../text/demo.js";
import { scoresCsv } from "./scores-csv.js";
import { currentItems, originOf, thresholdOf, verdictOf } from "./store.js";

/** @param {import("./store.js").DemoStore} store */
export function showThreshold(store) {
  const slider = byId("rate");
  slider.addEventListener("input", () => store.setView({ rate: Number(slider.value) }));
  byId("csv").addEventListener("click", () => {
    const table = scoresCsv(store.state, currentItems(store.state));
    download(new Blob([table], { type: "text/csv" }), "ganomaly-scores.csv");
  });
  const chart = new Histogram(["held", "scored"], format.score);
  byId("histogram").append(chart.plot, chart.axis);
  store.watch(["sets", "view", "calibration", "model", "tuned"], (state) => draw(state, chart));
}

function draw(state, chart) {
  const { which, rate } = state.view;
  const normals = state.calibration[which]?.scores ?? [];
  const threshold = thresholdOf(state, which);
  byId("rate").value = rate;
  byId("rate").setAttribute("aria-valuetext", text.threshold.rateValue(rate));
  setText(byId("rate-text"), text.threshold.rate(rate));
  setText(byId("threshold-text"), sentence(state, threshold, normals.length, rate));
  byId("threshold-text").dataset.threshold = threshold ?? "";
  const scores = currentItems(state).map((item) => item.results[which]?.score).filter((score) => score !== undefined);
  byId("histogram").setAttribute("aria-label", text.histogram.label(normals.length, scores.length));
  byId("histogram").hidden = normals.length + scores.length === 0;
  chart.draw([normals, scores], {
    scale: scaleOf([normals, scores], { threshold, origin: originOf(state, which) }), words: [text.histogram.normals(normals.length), text.histogram.scored(scores.length)],
  });
  chart.flag(threshold);
  drawCounts(state);
  byId("csv").disabled = scores.length === 0;
}

function sentence(state, threshold, normals, rate) {
  if (!state.model) return text.threshold.noModel;
  if (normals === 0) return text.threshold.noNormals;
  if (threshold === null) return text.threshold.fewNormals(imagesNeeded(rate / 100), normals, rate);
  return text.threshold.explained(format.score(threshold), normals);
}

/** How many images got which verdict. */
export function countVerdicts(state, which) {
  const counts = { normal: 0, anomaly: 0, unreadable: 0 };
  for (const item of currentItems(state)) {
    const verdict = verdictOf(state, item, which);
    if (verdict) counts[verdict] += 1;
  }
  return counts;
}

function drawCounts(state) {
  const counts = countVerdicts(state, state.view.which);
  setText(byId("counts"), text.threshold.counts(counts));
}
