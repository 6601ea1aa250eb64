/** A ROC curve, drawn as SVG. */
import { svg } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { text } from "../../text/results.js";

const SIDE = 200;
const MARGIN = { left: 26, bottom: 34, top: 18, right: 10 };

/**
 * @param {[number, number][]} points share of false alarms and share found, from (0, 0) to (1, 1)
 * @param {number} auc
 * @param {[number, number] | null} here the limit in force
 */
export function rocCurve(points, auc, here) {
  const x = (share) => MARGIN.left + share * SIDE;
  const y = (share) => MARGIN.top + (1 - share) * SIDE;
  const chart = svg("svg", {
    class: "roc", viewBox: `0 0 ${MARGIN.left + SIDE + MARGIN.right} ${MARGIN.top + SIDE + MARGIN.bottom}`, role: "img", "aria-label": text.known.roc(format.score(auc)), "data-testid": "roc",
  });
  const label = (at, below, anchor, content) => svg("text", { x: at, y: below, "text-anchor": anchor }, content);
  chart.append(
    svg("rect", { class: "roc-frame", x: x(0), y: y(1), width: SIDE, height: SIDE, fill: "none" }),
    svg("line", { class: "roc-chance", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    svg("polyline", { class: "roc-line", fill: "none", points: points.map(([falseAlarms, found]) => `${x(falseAlarms).toFixed(2)},${y(found).toFixed(2)}`).join(" ") }),
    ...[0, 0.5, 1].flatMap((share) => [label(x(share), y(0) + 13, "middle", format.percent(share)), label(x(0) - 4, y(share) + 4, "end", format.percent(share))]),
    label(x(0.5), y(0) + 29, "middle", `${text.known.rocX}, %`), label(0, 10, "start", `${text.known.rocY}, %`));
  if (here) chart.append(svg("circle", { class: "roc-here", cx: x(here[0]), cy: y(here[1]), r: 5 }, svg("title", {}, text.known.rocHere)));
  return chart;
}
