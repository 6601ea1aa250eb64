/** The look of the charts, wherever they are: in elements, on pages and in reports. The colours are those around them. */
import { sheetOf } from "../dom.js";

export const CHART_CSS = `
.histogram { position: relative; height: 8.5rem; border-bottom: 1px solid var(--strong-line); }
.histogram > svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.histogram .normal { fill: var(--normal); }
.histogram .anomalous { fill: var(--anomaly); }
.histogram .held { fill: var(--strong-line); }
.histogram .scored { fill: var(--accent); }
.middle { stroke: var(--strong-line); vector-effect: non-scaling-stroke; }
.flagged { position: absolute; top: 0; bottom: 0; right: 0; background: var(--anomaly-back); border-left: 2px dashed var(--anomaly); }
.count { position: absolute; left: 0.4rem; font-size: 0.8125rem; line-height: 1; pointer-events: none; }
.count.above { top: 0.15rem; }
.count.below { bottom: 0.15rem; }
.axis, .label { position: relative; container-type: inline-size; }
.axis { height: 1.3rem; font-size: 0.8125rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.tick { position: absolute; top: 0.1rem; white-space: nowrap; }
.tick:nth-child(even) { display: none; }
@container (min-width: 30rem) { .tick:nth-child(even) { display: inline; } }

.roc-chart { display: grid; grid-template-columns: auto minmax(0, 1fr); grid-template-rows: auto auto; gap: 0.25rem 0.4rem; align-self: start; max-width: 24rem; width: 100%; }
.x-axis, .y-axis { display: flex; justify-content: space-between; }
.y-axis { writing-mode: vertical-rl; transform: rotate(180deg); }
.x-axis { grid-column: 2; }
.square { position: relative; aspect-ratio: 1; border: 1px solid var(--strong-line); }
.square.movable { cursor: crosshair; touch-action: pan-y; user-select: none; }
.square > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.square .line { fill: none; stroke: var(--accent); stroke-width: 2.5px; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.square .area { fill: var(--accent); fill-opacity: 0.12; }
.chance { stroke: var(--strong-line); stroke-dasharray: 4 4; vector-effect: non-scaling-stroke; }
.chance-label { position: absolute; right: 14%; bottom: 6%; }
.point { position: absolute; width: 16px; height: 16px; margin: -8px 0 0 -8px; border: 3px solid var(--paper); border-radius: 50%; background: var(--anomaly); box-shadow: 0 0 0 1px var(--ink); pointer-events: none; }

.curve { display: flex; flex-direction: column; justify-content: end; }
.curve p { margin: 0; }
.curve-title { font-weight: 600; font-size: 0.9375rem; }
.curve .formula { font-style: italic; }
.curve svg { display: block; width: 100%; height: 3.75rem; overflow: visible; }
.curve polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.curve .now { stroke: var(--tone); }
.curve .before { stroke: var(--strong-line); stroke-width: 1.5; stroke-dasharray: 4 3; }
.curve .base { stroke: var(--line); }
.curve .change { stroke: var(--quiet); }
.curve .level { stroke: var(--strong-line); stroke-dasharray: 2 4; }
`;

export const CHART_STYLE = sheetOf(CHART_CSS);
