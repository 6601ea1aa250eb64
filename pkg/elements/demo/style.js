/** The look of <ganomaly-demo>. */
import { sheetOf } from "../../dom.js";

export const DEMO_STYLE = sheetOf(`
.demo { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.modes { gap: 0.4rem; margin-top: 0; }
.modes button { padding-inline: 0.55rem; }
.panels { display: grid; }
.panel { grid-area: 1 / 1; min-width: 0; }
.panel[inert] { visibility: hidden; }
.samples { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 5px; max-width: 20rem; }
.sample { position: relative; display: block; aspect-ratio: 1; border: 2px solid transparent; border-radius: 6px; background: var(--sunken); cursor: pointer; }
.sample:nth-child(n + 21) { display: none; }
.sample canvas { display: block; width: 100%; height: 100%; }
.sample.anomaly, .mark { border: 2px dashed var(--anomaly); }
.sample:hover { border-color: var(--accent); }
.sample:has(:checked) { border: 2px solid var(--accent); box-shadow: 0 0 0 2px var(--accent); }
.sample:has(:focus-visible) { outline: 3px solid var(--focus); outline-offset: 3px; }
.mark { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.4em; border-radius: 3px; vertical-align: -0.1em; }
.sheet { position: relative; width: min(100%, 12rem); }
.pad { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px; border: 1px solid var(--strong-line); cursor: crosshair; touch-action: none; }
.pen { position: absolute; width: 16px; height: 16px; margin: -8px 0 0 -8px; border: 3px solid #ffb454; border-radius: 50%; pointer-events: none; visibility: hidden; }
.pen.down { background: #ffb454; }
.pad:focus-visible + .pen { visibility: visible; }

.work { display: grid; gap: 1.25rem; min-width: 0; align-content: start; }
.flow-row { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: start; }
.chain { display: flex; flex: 1 1 17rem; gap: clamp(2px, 0.8cqi, 10px); align-items: start; min-width: 0; }
.part { display: grid; justify-items: center; text-align: center; min-width: 0; }
.picture { flex: 5 1 0; max-width: var(--row); }
.network { flex: 2.6 1 0; max-width: 6rem; }
.code { flex: 1.1 1 0; max-width: 1.9rem; }
.network > svg, .code > svg { width: 100%; height: var(--row); }
.flow { --row: clamp(3.6rem, 15cqi, 9rem); }
.picture > canvas { height: var(--row); width: var(--row); max-width: 100%; object-fit: fill; }
.apart { display: flex; flex: 0 0 auto; max-width: none; gap: 0.75rem; align-items: center; }
.network polygon { fill: var(--sunken); stroke: var(--strong-line); vector-effect: non-scaling-stroke; }
.network text { font: italic 20px Georgia, "Liberation Serif", serif; fill: var(--ink); }
.network .index { font-size: 13px; }
.strip { border: 1px solid var(--line); border-radius: 3px; background: var(--paper); }
.positive { fill: var(--contextual); }
.negative { fill: var(--discriminator); }
.name { font-size: 0.75rem; line-height: 1.2; color: var(--quiet); }
.chain .name { display: none; }
.network .name { max-width: 4rem; }

.codes-row { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.6rem; height: 12rem; }
.row-labels { display: grid; grid-template-rows: repeat(3, 1fr); align-items: center; justify-items: end; }
.row-labels .symbol { font-size: 0.95rem; }
.codes-chart { position: relative; touch-action: pan-y; border-radius: 4px; cursor: crosshair; }
.codes-chart > svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.zero { stroke: var(--line); vector-effect: non-scaling-stroke; }
.gap { fill: var(--encoder); }
.mean, .limit { stroke: var(--ink); stroke-width: 1.5px; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.limit { stroke: var(--anomaly); stroke-dasharray: none; }
.over { fill: var(--ink); }
.column { position: absolute; top: 0; bottom: 0; background: color-mix(in srgb, var(--focus) 35%, transparent); pointer-events: none; }
.reading { min-height: 2.6rem; margin: 0.35rem 0 0; }
.sum { margin: 0; min-height: 1.45rem; }
.sum strong { display: inline-block; min-width: 4.2rem; }

.words { min-height: 10.6rem; }
@container (min-width: 24rem) { .words { min-height: 6.6rem; } }
.verdict { font-size: 1.125rem; font-weight: 600; margin-bottom: 0.15rem; }
.verdict .icon { width: 1.1em; height: 1.1em; margin-right: 0.4em; vertical-align: -0.15em; fill: currentColor; }
.verdict[data-verdict="normal"] { color: var(--normal); }
.verdict[data-verdict="anomaly"] { color: var(--anomaly); }
.score-chart { margin: 0.25rem 0 0.5rem; }
.above, .below { height: 1.45rem; font-size: 0.875rem; }
.score-label, .threshold-label { position: absolute; white-space: nowrap; }
.threshold-label { color: var(--anomaly); }
.score-chart .histogram { height: 5rem; }
.marker { position: absolute; top: 0; bottom: 0; width: 3px; margin-left: -1.5px; background: var(--ink); transition: left 200ms; }
.marker::after { content: ""; position: absolute; top: 0; left: -4.5px; width: 12px; height: 12px; border-radius: 50%; background: var(--ink); }
.marker[data-verdict="anomaly"]::after { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
@media (prefers-reduced-motion: reduce) { .marker { transition: none; } }
.work { container-type: inline-size; }
@container (min-width: 34rem) {
  .samples { grid-template-columns: repeat(10, minmax(0, 1fr)); max-width: none; }
  .sample:nth-child(n + 21) { display: block; }
  .apart { display: grid; gap: 0; border-left: 1px solid var(--line); padding-left: 1rem; }
  .reading, .sum { min-height: 1.45rem; }
  .words { min-height: 4.9rem; }
}
@container (min-width: 38rem) { .chain .name { display: inline; } }
@container (min-width: 56rem) {
  .demo { grid-template-columns: 18rem minmax(0, 1fr); column-gap: 1.75rem; }
  .samples { grid-template-columns: repeat(5, minmax(0, 1fr)); }
  .score { grid-column: 1 / -1; }
  .words { min-height: 3.2rem; }
}
`);
