// The style sheet of a benchmark's page, for light and dark screens and for paper.
#pragma once

namespace tapedeck::tools {

/// The line colours c0 to c9 differ in lightness too. The heat colours go from h1 (rare) to h8
/// (frequent).
inline constexpr const char* kBenchPageStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --page: #fbfbf9; --card: #fff;
  --edge: #dfe3e8; --bad: #b3261e; --rule: #b3261e;
  --c0: #0b62a4; --c1: #d9730d; --c2: #6b7280; --c3: #1b8a5a; --c4: #8e44ad; --c5: #b8860b;
  --c6: #c2185b; --c7: #00838f; --c8: #795548; --c9: #5c6bc0;
  --h1: #e3eef7; --h2: #c4dcef; --h3: #9dc4e3; --h4: #70a8d4; --h5: #478bc2; --h6: #276ca8;
  --h7: #134f85; --h8: #062f54; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --page: #14181e;
  --card: #1b2129; --edge: #323b47; --bad: #ff8a80; --rule: #ff8a80;
  --c0: #5aaef0; --c1: #ffa94d; --c2: #aab2bd; --c3: #51cf8f; --c4: #c792ea; --c5: #f2c94c;
  --c6: #ff7eb0; --c7: #4dd0e1; --c8: #bcaaa4; --c9: #9fa8da;
  --h1: #1f2d3b; --h2: #22405a; --h3: #24557c; --h4: #2a6ca0; --h5: #3b87c2; --h6: #5da6dd;
  --h7: #93c9f2; --h8: #d9eefc; } }
body { margin: 0 auto; max-width: 1040px; padding: 24px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 6px 0; } p.soft, .soft { color: var(--soft); }
p.bad { color: var(--bad); font-weight: 600; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.tile { background: var(--card); border: 1px solid var(--edge); border-radius: 8px;
  padding: 10px 16px; min-width: 104px; }
.tile b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.chart { background: var(--card); border: 1px solid var(--edge); border-radius: 8px;
  padding: 10px; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 640px; height: auto; }
svg text { fill: var(--soft); font-size: 12px; paint-order: stroke; stroke: var(--card);
  stroke-width: 3px; }
svg .grid { stroke: var(--edge); } svg .minor { stroke: var(--edge); opacity: .45; }
svg .rule { stroke: var(--rule); stroke-dasharray: 2 4; stroke-width: 1.5; }
svg polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg polyline.headline { stroke-width: 3.5; }
svg .dashed { stroke-dasharray: 6 4; } svg rect.tip { fill: transparent; }
svg rect.tip:hover { fill: var(--ink); opacity: .08; } svg circle:hover { stroke-width: 6; }
.c0 { stroke: var(--c0); color: var(--c0); } .c1 { stroke: var(--c1); color: var(--c1); }
.c2 { stroke: var(--c2); color: var(--c2); } .c3 { stroke: var(--c3); color: var(--c3); }
.c4 { stroke: var(--c4); color: var(--c4); } .c5 { stroke: var(--c5); color: var(--c5); }
.c8 { stroke: var(--c8); color: var(--c8); } .c9 { stroke: var(--c9); color: var(--c9); }
.c6 { stroke: var(--c6); color: var(--c6); } .c7 { stroke: var(--c7); color: var(--c7); }
circle { fill: currentColor; }
.h1 { fill: var(--h1); } .h2 { fill: var(--h2); } .h3 { fill: var(--h3); } .h4 { fill: var(--h4); }
.h5 { fill: var(--h5); } .h6 { fill: var(--h6); } .h7 { fill: var(--h7); } .h8 { fill: var(--h8); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 6px 0 0 4px; color: var(--soft);
  font-size: 13px; }
.legend span::before { content: ""; display: inline-block; width: 18px; height: 0;
  border-top: 3px solid currentColor; margin-right: 6px; vertical-align: middle; }
.legend span.dashed::before { border-top-style: dashed; }
.legend span.headline::before { border-top-width: 5px; } .legend .headline i { font-weight: 600; }
.legend i { font-style: normal; color: var(--ink); }
.legend.heat span::before { content: none; } .legend.heat b { font-weight: 500; }
.legend.heat span { color: var(--ink); font-variant-numeric: tabular-nums; }
.legend svg.key { display: inline-block; width: 22px; min-width: 0; height: 14px;
  margin-right: 6px; vertical-align: -2px; border: 1px solid var(--edge); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 10px 0; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 12px 3px 0; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--edge); }
th:first-child, td:first-child { text-align: left; }
table.facts td { text-align: left; white-space: normal; vertical-align: top; }
table.facts td:first-child { color: var(--soft); white-space: nowrap; }
pre { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 10px 14px;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
@media screen and (max-width: 680px) { body { padding: 14px; } .chart { padding: 6px; }
  svg { min-width: 0; } svg text { font-size: 19px; } svg .y-name { display: none; }
  svg polyline { stroke-width: 3; } svg polyline.headline { stroke-width: 6; }
  .tile { padding: 6px 10px; } .tile b { font-size: 18px; }
  table { font-size: 13px; } th, td { padding-right: 8px; } }
@media print { @page { margin: 12mm; } body { padding: 0; max-width: none; background: #fff;
    font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .tile { padding: 6px 10px; min-width: 0; } .tile b { font-size: 17px; }
  svg { min-width: 0; } svg text { font-size: 15px; } .scroll, .chart, pre { overflow: visible; }
  h1, h2 { break-after: avoid; } h2 { margin-top: 20px; } p { orphans: 3; widows: 3; }
  section, .chart, .tiles, table, tr, pre { break-inside: avoid; }
  .screen { display: none; } thead { display: table-header-group; } th, td { padding: 2px 10px 2px 0; } }
)css";

}  // namespace tapedeck::tools
