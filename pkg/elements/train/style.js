/** The look of <ganomaly-train> alone. */
import { sheetOf } from "../../dom.js";

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
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(7.2rem, 100%), 1fr)); gap: 0.8rem 1.2rem; }
.curve[data-loss="auc"] svg { height: clamp(3.75rem, 9cqi, 7rem); }
.value { display: block; }
.histogram { height: clamp(11rem, 22cqi, 17rem); }
.count { font-weight: 600; }
.count.above { color: var(--normal); }
.count.below { color: var(--anomaly); }
.axis-title { margin: 0; }
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
