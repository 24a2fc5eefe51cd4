using SnnDsl.CommandLine.Pictures;

namespace SnnDsl.CommandLine.Html;

/// <summary>How a report looks: light and dark, on a telephone and on paper.</summary>
internal static class Style
{
    /// <summary>The style sheet. Colours are those of the figures (<see cref="Palette"/>). A figure is there twice where it is broad, and shown as wide as fits: words keep their size.</summary>
    public static string Sheet { get; } =
        $$"""
        :root { {{Palette.Variables(dark: false)}} }
        @media screen and (prefers-color-scheme: dark) { :root { {{Palette.Variables(dark: true)}} } }
        * { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        body { margin: 0; overflow-wrap: anywhere; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
        .lead { font-size: 1.1rem; } .faint, figcaption, th { color: var(--faint); } figcaption { font-size: .85rem; max-width: 40rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
        th, td { padding: .25rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: normal; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        code, pre { font: .85rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; background: var(--box); border-radius: 4px; }
        code { padding: .1rem .3rem; } pre { padding: .7rem 1rem; overflow-x: auto; white-space: pre-wrap; }
        .bar { display: flex; height: 1.6rem; border-radius: 4px; overflow: hidden; margin: 1rem 0 .5rem; } .bar span { display: block; }
        .key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: 0; margin: 0 0 1rem; list-style: none; font-size: .9rem; }
        .key i, .sample h3 i, .grid a { display: inline-block; width: .85em; height: .85em; border-radius: 2px; } .key i { margin-right: .4em; }
        .grid { display: flex; flex-wrap: wrap; gap: 2px; margin: .7rem 0; line-height: 0; }
        .certified { background: var(--certified); } .bounded { background: var(--bounded); } .falsified { background: var(--falsified); } .unknown { background: var(--unknown); }
        .sample { border: 1px solid var(--line); border-radius: 8px; padding: .2rem 1rem .8rem; margin: 1rem 0; break-inside: avoid; }
        .row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; } figure { margin: .5rem 0; max-width: 100%; } .row figure { max-width: {{Figure.Small}}px; }
        .chart { display: block; max-width: 100%; height: auto; } .slim { display: none; } td:has(code) { text-align: left; }
        @media (max-width: 43rem) { th, td { padding: .25rem .45rem; } table { font-size: .85rem; } .broad { display: none; } .slim { display: block; } }
        @media print { body { font-size: 11pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } }
        """;
}
