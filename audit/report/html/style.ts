/** Style sheet of the HTML report. Every pair of colours has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3), light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c2128; --quiet: #545d68; --line: #c5ccd3; --panel: #f4f6f8; --head: #e8ecf0;
  --link: #0b57b7; --fail: #a5121f; --unknown: #7a4b00; --pass: #14622d; --info: #3b4a5c;
  --fail-panel: #fdeeee; --unknown-panel: #fdf4e3; --pass-panel: #eaf6ee; --focus: #0b57b7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --text: #e4e8ec; --quiet: #a9b3be; --line: #3c4650; --panel: #1c2229; --head: #262e37;
    --link: #83b6ff; --fail: #ff9d9d; --unknown: #f2c26b; --pass: #86d9a0; --info: #b6c4d4;
    --fail-panel: #371d20; --unknown-panel: #33290f; --pass-panel: #16301f; --focus: #83b6ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 110rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.25rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; overflow-wrap: anywhere; }
.finding h4 { margin: 0; font-size: .95rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); margin: .1rem 0 .4rem; }
a { color: var(--link); }
code { font: .92em/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .25rem .5rem; z-index: 3; }
.result { font-size: 1.1rem; font-weight: 600; margin: 0; padding: .6rem .9rem; border-left: .4rem solid; }
.result.fail { color: var(--fail); background: var(--fail-panel); }
.result.unknown { color: var(--unknown); background: var(--unknown-panel); }
.result.pass { color: var(--pass); background: var(--pass-panel); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: .75rem 0 0; padding: 0; }
.counts div { display: flex; gap: .4rem; align-items: baseline; }
.counts dt { color: var(--quiet); order: 2; }
.counts dd { margin: 0; font-weight: 700; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 1rem 0 0; padding: .5rem 0 0; border-top: 1px solid var(--line); }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .5rem 0; }
.filters label { display: grid; gap: .15rem; color: var(--quiet); font-size: .87rem; }
.filters input { min-width: 18rem; }
.filters input, .filters select { font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--quiet); border-radius: .3rem; padding: .35rem .5rem; }
.shown { color: var(--quiet); margin: 0; padding: .35rem 0; }
.scroll { overflow: auto; max-height: 85vh; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .5rem .6rem; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; background: var(--head); white-space: nowrap; }
tbody th { font-weight: 600; }
[data-group] tbody th { min-width: 14rem; }
tbody tr:hover { background: var(--panel); }
.finding { border: 1px solid var(--line); border-left: .4rem solid var(--info); border-radius: .4rem; padding: .6rem .9rem; margin: .6rem 0; background: var(--panel); }
.finding.fail { border-left-color: var(--fail); }
.finding.unknown { border-left-color: var(--unknown); }
.finding p { margin: .3rem 0 0; }
.finding dl { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: .4rem 0 .2rem; font-size: .93rem; }
.finding dl div { display: flex; gap: .4rem; }
.finding dt { color: var(--quiet); }
.finding dd { margin: 0; }
@media (min-width: 80rem) { .limits { white-space: nowrap; } }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .4rem; font-size: .8rem; font-weight: 700; }
.fail > .badge, .badge.fail { color: var(--fail); }
.badge.unknown { color: var(--unknown); }
.badge.pass { color: var(--pass); }
.badge.info { color: var(--info); }
details > summary { cursor: pointer; }
footer { color: var(--quiet); padding-top: 2rem; padding-bottom: 2rem; }
[hidden] { display: none !important; }
@media print { .filters, nav, .skip { display: none; } .scroll { max-height: none; overflow: visible; } }
`;
