/** The look of histograms of scores. */
import { sheetOf } from "./style.js";

export const CHART_STYLE = sheetOf(`
.histogram { position: relative; border-bottom: 1px solid var(--strong-line); }
.histogram > svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.histogram .normal { fill: var(--normal); }
.histogram .anomalous { fill: var(--anomaly); }
.flagged { position: absolute; top: 0; bottom: 0; right: 0; background: var(--anomaly-back); border-left: 2px dashed var(--anomaly); }
.axis, .label { position: relative; container-type: inline-size; }
.axis { height: 1.3rem; font-size: 0.8125rem; color: var(--quiet); }
.tick { position: absolute; top: 0.1rem; white-space: nowrap; }
.tick:nth-child(even) { display: none; }
@container (min-width: 30rem) { .tick:nth-child(even) { display: inline; } }
`);
