/** The look of <ganomaly-network> alone. */
import { sheetOf } from "../../dom.js";

export const NETWORK_STYLE = sheetOf(`
.choices { gap: 0.35rem; }
.choices button { padding: 2px; min-height: 0; line-height: 0; }
.choices canvas { width: 2.25rem; height: 2.25rem; display: block; }
.networks { display: grid; gap: 0.4rem 1rem; margin: 0.5rem 0 0; }
@container (min-width: 44rem) { .networks { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.networks svg { display: block; width: 100%; max-width: 24rem; max-height: 12rem; margin: auto; overflow: visible; }
.networks figcaption { display: flex; justify-content: space-between; align-items: center; max-width: 24rem; margin: auto; font-weight: 600; color: var(--ink); }
.networks figcaption canvas { width: 2.5rem; height: 2.5rem; border-radius: 3px; }
.encoder { --tone: var(--encoder); } .decoder { --tone: var(--contextual); } .second-encoder { --tone: var(--adversarial); }
.box { cursor: pointer; }
.input { opacity: 0.55; }
.box .target { fill: transparent; }
.networks polygon { stroke: var(--paper); stroke-width: 0.6; stroke-linejoin: round; }
.front { fill: var(--tone); }
.above { fill: color-mix(in srgb, var(--tone) 55%, var(--paper)); }
.side { fill: color-mix(in srgb, var(--tone) 75%, var(--paper)); }
.networks text { font-size: 15px; fill: var(--ink); font-style: italic; }
.box:hover .target { fill: var(--sunken); }
.box[aria-pressed="true"] .target { fill: var(--note-back); }
.box[aria-pressed="true"] text { font-weight: 700; fill: var(--accent); }
.box:focus { outline: none; }
.box:focus-visible .target { stroke: var(--focus); stroke-width: 2.5; }
.about { margin: 0.8rem 0 0.4rem; min-height: 1.45em; }
.layer { display: grid; gap: 1rem 1.5rem; }
@container (min-width: 44rem) { .layer { grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); grid-template-rows: auto 1fr; } .working { grid-area: 1 / 2 / 3; } }
.maps { background: var(--sunken); display: block; width: 100%; max-width: 24rem; height: auto; image-rendering: pixelated; touch-action: manipulation; cursor: crosshair; }
.maps + p { margin-top: 0.4rem; }
.working { min-height: 31rem; min-width: 0; }
.layer { counter-reset: step; }
.layer h4::before { counter-increment: step; content: counter(step) " · "; }
h4 { margin: 0.7rem 0 0.2rem; font-size: 0.9375rem; }
.layer p { margin: 0 0 0.2rem; overflow-wrap: anywhere; }
.working .row { margin: 0; }
.working .row button { min-width: 2.25rem; }
.patch { display: flex; align-items: center; gap: 0.8rem; margin-bottom: 0.5rem; }
.source { width: 7rem; height: 7rem; flex: none; }
.tables { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.5rem; }
table { border-collapse: collapse; font-size: 0.75rem; font-variant-numeric: tabular-nums; }
caption { font-size: 0.8125rem; color: var(--quiet); text-align: start; }
/* As the maps are. */
td { --tint: #e16900; min-width: 2.6rem; padding: 0.25rem 0.2rem; text-align: end; border: 1px solid var(--paper); background: color-mix(in srgb, var(--tint) var(--share, 0%), var(--sunken)); }
td.negative { --tint: #005ab4; }
td[data-outside] { background: repeating-linear-gradient(45deg, var(--sunken), var(--sunken) 3px, var(--line) 3px, var(--line) 4px); }
.sign { font-weight: 600; }
.parts { display: block; width: 100%; height: 3rem; }
.parts line { stroke: var(--strong-line); }
.parts rect { fill: var(--discriminator); opacity: 0.55; }
.parts .negative { fill: var(--contextual); }
.parts .current { stroke: var(--ink); opacity: 1; }
.agrees { font-weight: 600; margin-top: 0.5rem; }
`);
