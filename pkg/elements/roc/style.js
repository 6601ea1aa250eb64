/** The look of <ganomaly-roc>. */
import { sheetOf } from "../../dom.js";

export const ROC_STYLE = sheetOf(`
.roc { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 2rem; }
.roc > * { min-width: 0; }
.hint { margin: 0; min-height: 2.6rem; }
.about { margin: 0.3rem 0 0; min-height: 6.4rem; }
.line { position: relative; height: 1.5rem; }
.threshold-label { position: absolute; white-space: nowrap; color: var(--anomaly); font-weight: 600; }
.both { height: 13rem; border: 1px solid var(--line); border-radius: 4px; cursor: ew-resize; touch-action: pan-y; user-select: none; }
.count { font-size: 0.875rem; font-weight: 600; left: 0.5rem; line-height: inherit; }
.count.above { color: var(--normal); }
.count.below { color: var(--anomaly); }
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
@container (min-width: 34rem) { .hint { min-height: 1.3rem; } .about { min-height: 2.6rem; } }
@container (min-width: 42rem) {
  .roc { grid-template-columns: minmax(0, 1fr) minmax(0, 22rem); }
  .wide { grid-column: 1 / -1; }
}
`);
