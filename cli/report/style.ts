/** Of the page. Its colours are variables, which the charts take too: each text has a contrast of at least 4.5 to 1 to what is behind it, in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f4f6f8; --text: #1b2129; --quiet: #525d6a; --line: #d5dbe1; --accent: #0a5cad; --chosen: #a8420a; --good: #15653a; --bad: #a5182c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161b; --panel: #1b2128; --text: #e7ebef; --quiet: #a9b3be; --line: #3a444f; --accent: #79b8ff; --chosen: #ffab70; --good: #73d394; --bad: #ff9492;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px 16px 64px; max-width: 1200px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 21px; line-height: 1.3; margin: 48px 0 4px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 17px; margin: 28px 0 8px; }
p { margin: 8px 0; max-width: 75ch; }
a { color: var(--accent); }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.quiet { color: var(--quiet); }
.lead { max-width: none; font-size: 18px; margin: 16px 0; padding: 12px 16px; background: var(--panel); border-left: 4px solid var(--chosen); }
.note { margin: 12px 0; padding: 8px 14px; background: var(--panel); border-left: 4px solid var(--quiet); max-width: none; }
.failure { border-left-color: var(--bad); }
.tag { display: inline-block; padding: 0 8px; border: 1px solid currentColor; border-radius: 10px; font-size: 13px; line-height: 20px; white-space: nowrap; }
.chosen { color: var(--chosen); } .good { color: var(--good); } .bad { color: var(--bad); } .front { color: var(--accent); }
dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 2px 20px; margin: 12px 0; font-size: 15px; }
dt { color: var(--quiet); } dd { margin: 0; }
.scroll { overflow-x: auto; margin: 12px 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 14px; min-width: 100%; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; padding: 4px 0 8px; }
th, td { padding: 6px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { background: var(--panel); vertical-align: bottom; font-weight: 600; }
thead th.group { text-align: center; border-left: 1px solid var(--line); }
th small { display: block; font-weight: 400; font-size: 12px; color: var(--quiet); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.deployed > * { background: color-mix(in srgb, var(--chosen) 9%, var(--page)); }
tbody th { font-weight: 600; min-width: 150px; }
.figures { font-size: 13px; }
.figures th, .figures td { padding: 6px 8px; }
.whole { white-space: nowrap; }
figure { margin: 16px 0; }
figure svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
figcaption { font-size: 14px; color: var(--quiet); margin-top: 8px; }
figcaption ul { list-style: none; margin: 0 0 6px; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 20px; }
figcaption svg { display: inline-block; vertical-align: -3px; margin-right: 6px; }
details { margin: 8px 0; border: 1px solid var(--line); border-radius: 6px; }
details[open] { padding-bottom: 8px; }
summary { cursor: pointer; padding: 8px 12px; font-weight: 600; font-size: 15px; }
details > dl, details > p, details > .scroll { margin-left: 12px; margin-right: 12px; }
footer { margin-top: 56px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }
@media (max-width: 820px) {
  .wide { display: none; }
  .narrow { display: block; }
  h1 { font-size: 24px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 8px; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --panel: #f4f6f8; --text: #000000; --quiet: #404a55; --line: #c5ccd3; --accent: #0a5cad; --chosen: #a8420a; --good: #15653a; --bad: #a5182c;
  }
  body { max-width: none; padding: 0; font-size: 11pt; }
  h2, h3, caption { break-after: avoid; }
  figure, tr, .lead { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  td.number, th.number, .whole { white-space: normal; }
  tbody th { min-width: 0; }
  th, td { padding: 3px 4px; }
  .wide { display: block; }
  .narrow { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`.trim();
