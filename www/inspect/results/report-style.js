/** What the report looks like, on screen and on paper. It is here because the report carries it along. */
export const REPORT_STYLE = `
:root { --ink: #1d2126; --quiet: #565c64; --line: #d9d5cb; --strong-line: #8b877e; --anomaly-back: #fbe9df; --anomaly: #a83a10; --accent: #1d5f8a; --odd: #a83a10; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1, h2, h3 { font-family: Charter, "Bitstream Charter", Cambria, Georgia, serif; line-height: 1.2; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin-top: 1.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; }
p { margin: 0 0 0.4rem; }
header p, .chart + p { color: var(--quiet); }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.2rem 1.25rem 0.2rem 0; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; overflow-wrap: anywhere; }
tbody th { color: var(--quiet); } thead th { font-weight: 600; }
td { font-variant-numeric: tabular-nums; }
.list { width: 100%; }
.chart { max-width: 40rem; }
.histogram svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
article { padding: 0.75rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0.75rem; }
figure { margin: 0; }
figcaption { font-size: 0.8rem; color: var(--quiet); }
.picture { position: relative; width: fit-content; min-width: 4rem; background: #f2f0ea; }
.picture img { display: block; max-width: 15rem; max-height: 15rem; min-width: 8rem; }
.picture .heat { position: absolute; inset: 0; width: 100%; height: 100%; max-width: none; max-height: none; opacity: 0.7; }
.picture span { display: block; padding: 1.5rem; color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; } .note { white-space: pre-wrap; }
@media print { main { max-width: none; padding: 0; } body { font-size: 10pt; } a { color: inherit; } .picture img { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
