namespace SnnDsl.CommandLine.Html;

/// <summary>How a report looks: light and dark, on a telephone and on paper.</summary>
internal static class Style
{
    /// <summary>The style sheet. The colours of verdicts are told apart by colour-blind readers, on light and on dark.</summary>
    public const string Sheet =
        """
        :root { --paper: #ffffff; --ink: #222222; --faint: #6b6b6b; --line: #dddddd; --box: #f5f6f7;
          --certified: #0072b2; --bounded: #56b4e9; --falsified: #d55e00; --unknown: #b5b5b5; }
        @media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e6e6; --faint: #a0a4a8; --line: #3a3f45; --box: #1f242a;
          --certified: #4aa3df; --bounded: #8fd0f5; --falsified: #f28e4b; --unknown: #6d7278; } }
        * { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
        .lead { font-size: 1.1rem; } .faint, figcaption, th { color: var(--faint); } figcaption { font-size: .85rem; max-width: 40rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
        th, td { padding: .25rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: normal; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        code, pre { font: .85rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; background: var(--box); border-radius: 4px; }
        code { padding: .1rem .3rem; overflow-wrap: anywhere; } pre { padding: .7rem 1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
        .bar { display: flex; height: 1.6rem; border-radius: 4px; overflow: hidden; margin: 1rem 0 .5rem; } .bar span { display: block; }
        .key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: 0; margin: 0 0 1rem; list-style: none; font-size: .9rem; }
        .key i, .sample h3 i, .grid a { display: inline-block; width: .85em; height: .85em; border-radius: 2px; } .key i { margin-right: .4em; }
        .grid { display: flex; flex-wrap: wrap; gap: 2px; margin: .7rem 0; line-height: 0; }
        .certified { background: var(--certified); } .bounded { background: var(--bounded); } .falsified { background: var(--falsified); } .unknown { background: var(--unknown); }
        .sample { border: 1px solid var(--line); border-radius: 8px; padding: .2rem 1rem .8rem; margin: 1rem 0; break-inside: avoid; }
        .row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-end; } figure { margin: .5rem 0; }
        .pixels { image-rendering: pixelated; display: block; border: 1px solid var(--line); background: #000; max-width: 100%; }
        .raster { width: 100%; }
        svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, Arial, sans-serif; } svg text { fill: var(--ink); } svg .faint { fill: var(--faint); }
        svg .axis { stroke: var(--line); fill: none; } svg .zero { stroke: var(--ink); } svg .good { fill: var(--certified); } svg .open { fill: var(--falsified); }
        svg .c0 { --own: #0072b2; } svg .c1 { --own: #d55e00; } svg .c2 { --own: #009e73; } svg .c3 { --own: #cc79a7; } svg .c4 { --own: #e69f00; } svg .c5 { --own: #56b4e9; }
        svg .curve { stroke: var(--own); stroke-width: 2; fill: none; } svg .thin { stroke: var(--own); stroke-width: 1; fill: none; }
        svg .area { fill: var(--own); opacity: .15; } svg .dot { fill: var(--own); } svg .ring { stroke: var(--own); fill: var(--paper); }
        svg .threshold { stroke: var(--falsified); stroke-dasharray: 4 3; }
        .flow { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 1rem 0; color: var(--faint); }
        .flow div { border: 1px solid var(--line); background: var(--box); border-radius: 6px; padding: .3rem .6rem; font-size: .85rem; color: var(--ink); }
        .flow small { color: var(--faint); display: block; } .flow div.fires { border-color: var(--certified); } td:has(code) { text-align: left; }
        @media print { body { font-size: 11pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } }
        """;
}
