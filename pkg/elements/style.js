/** The look of all elements: one style sheet for every shadow root. Pages change three colours by custom properties. */
import { sheetOf } from "../dom.js";

const DARK = `
  --paper: #1d2126; --sunken: #24292f; --ink: #e9e6df; --quiet: #a9aeb5; --line: #383e46; --strong-line: #7d848d;
  --accent: var(--ganomaly-accent, #7db9e0); --on-accent: #0d1a24; --focus: #ffb454;
  --normal: var(--ganomaly-normal, #78cdb5); --anomaly: var(--ganomaly-anomaly, #ffa27a);
  --adversarial: #c39be0; --contextual: #7db9e0; --encoder: #78cdb5; --discriminator: #f0ad66; color-scheme: dark;
`;

const CSS = `
:host {
  display: block; container-type: inline-size; margin: 1rem 0; contain: content;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.frame {
  --paper: #ffffff; --sunken: #f2f0ea; --ink: #1d2126; --quiet: #565c64; --line: #d9d5cb; --strong-line: #8b877e;
  --accent: var(--ganomaly-accent, #1d5f8a); --on-accent: #ffffff; --focus: #b4540a;
  --normal: var(--ganomaly-normal, #1c6b5a); --anomaly: var(--ganomaly-anomaly, #a83a10);
  --adversarial: #7a4d9e; --contextual: #1d5f8a; --encoder: #1c6b5a; --discriminator: #a8580f;
  color: var(--ink); font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --normal-back: color-mix(in srgb, var(--normal) 14%, var(--paper)); --anomaly-back: color-mix(in srgb, var(--anomaly) 14%, var(--paper));
  --note-back: color-mix(in srgb, var(--accent) 14%, var(--paper));
  /* Slides and centred pages hand theirs down. */
  text-align: start; text-transform: none; text-shadow: none; letter-spacing: normal; white-space: normal;
}
.frame { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: clamp(0.6rem, 2.5cqi, 1.1rem); color-scheme: light; }
@media (prefers-color-scheme: dark) {
  .frame:not([data-theme="light"]) {${DARK}}
}
.frame[data-theme="dark"] {${DARK}}
.message { margin: 0 0 0.5rem; padding: 0.5rem 0.8rem; border-radius: 8px; background: var(--note-back); border-left: 4px solid var(--accent); }
.message[data-kind="error"] { background: var(--anomaly-back); border-left-color: var(--anomaly); }
h3 { font-size: 1.05rem; margin: 0 0 0.35rem; }
p { margin: 0 0 0.5rem; }
.quiet { color: var(--quiet); font-size: 0.875rem; }
.number, .number-text { font-variant-numeric: tabular-nums; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, select, input { font: inherit; color: inherit; }
button, select { background: var(--paper); border: 1px solid var(--strong-line); border-radius: 6px; padding: 0.3rem 0.7rem; min-height: 2.25rem; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--accent); color: var(--accent); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover:not(:disabled) { color: var(--on-accent); filter: brightness(1.1); }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 2px var(--accent); }
button:disabled { opacity: 0.55; cursor: not-allowed; }
input[type="range"] { accent-color: var(--accent); width: 100%; min-height: 1.75rem; margin: 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: 0.4rem 0.7rem; align-items: center; margin: 0.4rem 0; }
.pixels { image-rendering: pixelated; border-radius: 4px; background: var(--sunken); }
figure { margin: 0; }
figcaption { font-size: 0.8125rem; color: var(--quiet); }
.symbol, .pictures figcaption, .digits span { font: italic 1.05rem Georgia, "Liberation Serif", serif; color: var(--ink); text-align: center; white-space: nowrap; }
@media print {
  .frame { print-color-adjust: exact; }
  button, input { display: none; }
  :host, section, figure, table, .histogram { break-inside: avoid; }
}
`;

/** The style that all elements share. */
export const STYLE = sheetOf(CSS);
