/** The look of <ganomaly-latent>. */
import { sheetOf } from "../../dom.js";

export const LATENT_STYLE = sheetOf(`
.sides { display: grid; gap: 0.5rem 1.25rem; grid-template-columns: minmax(0, 1fr); }
.map { display: block; width: 100%; aspect-ratio: 1; max-height: 38rem; background: var(--sunken); border-radius: 8px; cursor: crosshair; touch-action: pan-y; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0.35rem 0 0; }
.key.normal > span { color: var(--normal); }
.key.anomaly > span { color: var(--anomaly); }
.methods { margin: 0; }
.check { display: flex; align-items: center; gap: 0.4rem; min-height: 2.25rem; cursor: pointer; }
.check input { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); margin: 0; }
.pictures { display: flex; gap: 0.6rem; margin-bottom: 0.5rem; }
.pictures figure { flex: 1 1 0; max-width: 7rem; }
.pictures canvas { display: block; width: 100%; aspect-ratio: 1; }
.details h3 { min-height: 1.4em; }
.details h3.anomaly { color: var(--anomaly); }
.verdict { min-height: 4.4em; font-variant-numeric: tabular-nums; }
.foot { min-height: 3rem; margin-top: 0.5rem; }
.foot p { margin: 0; }
progress { width: 100%; height: 0.6rem; accent-color: var(--accent); }
@container (min-width: 42rem) {
  .sides { grid-template-columns: minmax(0, 1fr) 18.5rem; }
}
`);
