/** The look of <ganomaly-roc>. */
import { sheetOf } from "../style.js";

export const ROC_STYLE = sheetOf(`
.roc { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 2rem; }
.roc > * { min-width: 0; }
.hint { margin: 0; min-height: 2.6rem; }
.about { margin: 0.3rem 0 0; min-height: 6.4rem; }
.line { position: relative; height: 1.5rem; }
.threshold-label { position: absolute; white-space: nowrap; color: var(--anomaly); font-weight: 600; }
.both { height: 13rem; border: 1px solid var(--line); border-radius: 4px; cursor: ew-resize; touch-action: pan-y; user-select: none; }
.middle { stroke: var(--strong-line); vector-effect: non-scaling-stroke; }
.count { position: absolute; left: 0.5rem; font-size: 0.875rem; font-weight: 600; pointer-events: none; }
.count.above { top: 0.3rem; color: var(--normal); }
.count.below { bottom: 0.3rem; color: var(--anomaly); }
.handle { position: absolute; top: 50%; width: 16px; height: 30px; margin: -15px 0 0 -8px; border: 2px solid var(--paper); border-radius: 8px; background: var(--anomaly); pointer-events: none; }
.sides { display: flex; justify-content: space-between; }
.figures table { width: 100%; border-collapse: separate; border-spacing: 4px; table-layout: fixed; }
caption { text-align: start; font-weight: 600; padding-bottom: 0.2rem; }
th:first-child { width: 5.2rem; }
thead th { vertical-align: bottom; }
th { font-size: 0.875rem; font-weight: 400; color: var(--quiet); text-align: start; padding: 0.2rem 0; overflow-wrap: break-word; }
td { vertical-align: top; padding: 0.4rem; border-radius: 6px; }
td strong { display: block; font-size: 1.35rem; line-height: 1.2; }
td .quiet { font-size: 0.75rem; color: inherit; }
td.right { background: var(--normal-back); }
td.wrong { background: var(--anomaly-back); }
dl { display: grid; grid-template-columns: minmax(0, 1fr) minmax(9.5rem, max-content); max-width: 24rem; gap: 0.25rem 0.5rem; margin: 0.75rem 0 0.5rem; }
dd { margin: 0; font-weight: 600; white-space: nowrap; }
.roc-chart { display: grid; grid-template-columns: auto minmax(0, 1fr); grid-template-rows: auto auto; gap: 0.25rem 0.4rem; align-self: start; max-width: 24rem; width: 100%; }
.x-axis, .y-axis { display: flex; justify-content: space-between; }
.y-axis { writing-mode: vertical-rl; transform: rotate(180deg); }
.x-axis { grid-column: 2; }
.square { position: relative; aspect-ratio: 1; border: 1px solid var(--strong-line); cursor: crosshair; touch-action: pan-y; user-select: none; }
.square > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2.5px; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.area { fill: var(--accent); fill-opacity: 0.12; }
.chance { stroke: var(--strong-line); stroke-dasharray: 4 4; vector-effect: non-scaling-stroke; }
.chance-label { position: absolute; right: 14%; bottom: 6%; }
.point { position: absolute; width: 16px; height: 16px; margin: -8px 0 0 -8px; border: 3px solid var(--paper); border-radius: 50%; background: var(--anomaly); box-shadow: 0 0 0 1px var(--ink); pointer-events: none; }
@container (min-width: 34rem) { .hint { min-height: 1.3rem; } .about { min-height: 2.6rem; } }
@container (min-width: 42rem) {
  .roc { grid-template-columns: minmax(0, 1fr) minmax(0, 22rem); }
  .wide { grid-column: 1 / -1; }
}
`);
