/** The look of <ganomaly-train> alone. */
import { sheetOf } from "../style.js";

export const TRAIN_STYLE = sheetOf(`
.status { color: var(--quiet); font-variant-numeric: tabular-nums; margin-inline-start: auto; }
.play { min-width: 6.5rem; }
.parts { display: grid; gap: 1rem 1.5rem; margin: 0.6rem 0; }
@container (min-width: 44rem) { .parts { grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); } }
.parts > div { display: grid; gap: 0.8rem; align-content: start; }
.digits { display: grid; grid-template-columns: auto repeat(8, minmax(0, 1fr)); gap: 3px; align-items: center; }
.digits canvas { width: 100%; aspect-ratio: 1; display: block; border-radius: 3px; }
.digits span { font-style: italic; white-space: nowrap; }
.digits .difference { color: var(--contextual); font-size: 0.75rem; padding-inline-end: 0.2rem; }
figcaption { margin-bottom: 0.25rem; font-size: 0.9375rem; color: var(--ink); font-weight: 600; }
.normals figcaption::before { content: "●\\2002"; color: var(--normal); }
.anomalies figcaption::before { content: "▲\\2002"; color: var(--anomaly); }
.histogram p { margin: 0; font-weight: 600; }
.histogram svg { display: block; width: 100%; height: clamp(5.5rem, 11cqi, 8.5rem); }
.histogram .normal { color: var(--normal); text-align: end; }
.histogram .normal + svg { fill: var(--normal); }
.histogram .axis { display: flex; justify-content: space-between; font-weight: 400; min-height: 1.45em; }
.histogram .axis + svg { fill: var(--anomaly); }
.histogram .anomalous { color: var(--anomaly); text-align: end; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(7.2rem, 100%), 1fr)); gap: 0.8rem 1.2rem; }
.curve p { margin: 0; }
.curve svg { display: block; width: 100%; height: 3.75rem; overflow: visible; }
.auc svg { height: clamp(3.75rem, 9cqi, 7rem); }
.curve-title { font-weight: 600; font-size: 0.9375rem; }
.value { display: block; }
.curve { display: flex; flex-direction: column; justify-content: end; }
.formula { font-style: italic; }
.curve polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.curve .now { stroke: var(--ink); }
.adversarial .now { stroke: var(--adversarial); }
.contextual .now { stroke: var(--contextual); }
.encoder .now { stroke: var(--encoder); }
.discriminator .now { stroke: var(--discriminator); }
.curve .before { stroke: var(--strong-line); stroke-width: 1.5; stroke-dasharray: 4 3; }
.curve .base { stroke: var(--line); }
.curve .change { stroke: var(--quiet); }
.curve .level { stroke: var(--strong-line); stroke-dasharray: 2 4; }
.sum { margin: 0.6rem 0 0; min-height: 1.45em; font-variant-numeric: tabular-nums; }
.before-note { min-height: 1.45em; margin: 0.2rem 0 0; }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; padding: 0.4rem 0.8rem 0.6rem; }
legend { padding: 0 0.4rem; font-weight: 600; }
.settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); gap: 0.4rem 1.1rem; align-items: end; }
.settings label { display: block; }
.settings label { font-size: 0.875rem; white-space: nowrap; }
.settings label > span { display: flex; justify-content: space-between; gap: 0.5rem; }
.settings select { width: 100%; }
fieldset p { margin: 0.4rem 0 0; }
.settings .check { display: flex; gap: 0.5rem; align-items: center; min-height: 2.25rem; }
.settings .check input { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--accent); }
`);
