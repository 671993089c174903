namespace OrleansKv.Bench.Report.Html;

/// <summary>The report's looks. The two series colours differ in hue and in lightness, and reach 3:1 on either background.</summary>
internal static class HtmlStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1c1d20;--soft:#5b5e66;--line:#e3e3df;--s0:#2468c8;--s1:#d2691e;
        --warn:#fff4d6;--warn-ink:#5c4400}
        @media(prefers-color-scheme:dark){:root{--bg:#15171a;--card:#1d2024;--ink:#eceded;--soft:#a2a6ae;--line:#33373d;--s0:#6ca6f5;
        --s1:#f0964b;--warn:#3a3016;--warn-ink:#f3dfa4}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:980px;margin:0 auto;padding:28px 20px 48px}
        h1{font-size:24px;margin:0;line-height:1.25}h2{font-size:17px;margin:0}h3{font-size:14px;margin:0;font-weight:600}
        .sub,footer{color:var(--soft);margin:2px 0 0;font-size:13.5px}
        section,.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin-top:16px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:16px;margin-top:16px}.tile{margin:0}
        .tile p{margin:4px 0 0;color:var(--soft);font-size:13.5px}.tile .big{color:var(--ink);font-size:30px;font-weight:650;
        line-height:1.15}.big span{font-size:14px;font-weight:400;color:var(--soft)}
        .notes{background:var(--warn);color:var(--warn-ink);border-radius:10px;margin:16px 0 0;padding:12px 18px 12px 34px;
        overflow-wrap:anywhere}
        .legend{margin:8px 0 0;font-size:13.5px;display:flex;flex-wrap:wrap;gap:4px 18px}
        .key{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:7px}i.s0{background:var(--s0)}
        i.s1{background:var(--s1)}
        svg{display:block;width:100%;height:auto;margin-top:6px;font-size:12px}
        svg text{fill:var(--soft)}svg .grid{stroke:var(--line);stroke-width:1}svg .axis{stroke:var(--soft);stroke-width:1}
        svg .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}svg .faint{opacity:.28;stroke-width:1.5}
        svg .s0{stroke:var(--s0)}svg .s1{stroke:var(--s1)}svg .f0{fill:var(--s0)}svg .f1{fill:var(--s1)}
        svg .hit{fill:transparent;stroke:none}svg .median{stroke-width:1.5;stroke-dasharray:5 4}
        svg text.label{fill:var(--card);font-weight:600}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin-top:10px;font-size:13.5px;
        font-variant-numeric:tabular-nums}
        th,td{padding:5px 9px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th{color:var(--soft);font-weight:500}
        th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}tr.sum td{font-weight:650}
        .pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:8px 36px;margin-top:10px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:6px 0 0;font-size:13.5px}dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere}
        """;
}
