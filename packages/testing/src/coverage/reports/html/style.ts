/** Light and dark as the reader has it; what was never reached is red, dashed and marked, so that no colour is needed to see it. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c2524; --quiet: #52605e; --line: #d3dcda; --panel: #f5f8f7;
  --reached: #1f6259; --reached-fill: #e8f3f0; --missed: #b3141b; --missed-fill: #fdeceb; --focus: #1456c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121817; --text: #e4ecea; --quiet: #9fb0ad; --line: #35423f; --panel: #1a2321;
    --reached: #86cdbf; --reached-fill: #17302c; --missed: #ff8f87; --missed-fill: #3c1816; --focus: #8ab8ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 6rem; max-width: 90rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; padding: 0; list-style: none; }
.figures li { min-width: 8.5rem; padding: .6rem .9rem; border: 1px solid var(--line); border-left: 4px solid var(--reached); border-radius: 6px; background: var(--panel); }
.figures li.short { border-left-color: var(--missed); }
.figures b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.figures span { color: var(--quiet); font-size: .875rem; }
.key { color: var(--quiet); font-size: .875rem; }
.key .missed { color: var(--missed); }
.key .reached { color: var(--reached); }
.drawing { overflow: auto; max-height: 85vh; border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
.drawing svg { display: block; margin: 0 auto; font: 12px system-ui, sans-serif; }
.box { fill: var(--reached-fill); stroke: var(--reached); stroke-width: 1.25; }
.box.machine { fill: none; stroke: var(--line); }
.box.ring { fill: none; }
.box.region { stroke-dasharray: 6 3; }
.box.missed { fill: var(--missed-fill); stroke: var(--missed); stroke-width: 2; }
.title { font-weight: 600; fill: var(--text); }
.title.missed, .label.missed { fill: var(--missed); }
.label { fill: var(--text); }
.label.missed { font-weight: 600; }
.arrow { fill: none; stroke: var(--reached); stroke-width: 1.25; }
.arrow.missed { stroke: var(--missed); stroke-width: 2; stroke-dasharray: 6 4; }
marker path { fill: var(--reached); }
marker.missed path { fill: var(--missed); }
.touch { fill: none; stroke: transparent; stroke-width: 14; }
.begin { fill: var(--quiet); }
.anywhere circle { fill: var(--page); stroke: var(--quiet); stroke-width: 2; stroke-dasharray: 2 2; }
.under { fill: var(--page); opacity: .85; }
svg a { outline: none; cursor: pointer; }
svg a:hover .box, svg a:hover .arrow, svg a:focus-visible .arrow { stroke-width: 3; }
svg a:focus-visible .box { stroke: var(--focus); stroke-width: 3; }
svg a:focus-visible .arrow { stroke: var(--focus); }
svg a:hover text, svg a:focus-visible text { text-decoration: underline; }
svg a:focus-visible .label { fill: var(--focus); }
a:focus-visible, input:focus-visible, .drawing:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
td.count { text-align: right; font-variant-numeric: tabular-nums; padding-right: 1.25rem; white-space: nowrap; }
td.place { white-space: nowrap; font-family: ui-monospace, monospace; font-size: .85rem; }
tr.missed td { color: var(--missed); }
tr:target td { background: var(--panel); box-shadow: inset 0 2px var(--focus), inset 0 -2px var(--focus); }
body:has(#only-missed:checked) tr.reached { display: none; }
#told { position: fixed; inset: auto 0 0; min-height: 3rem; padding: .75rem clamp(1rem, 4vw, 3rem); background: var(--panel); border-top: 1px solid var(--line); }
#told:empty { display: none; }
`
