namespace OrleansKv.Bench.Bars;

/// <summary>Lines that are measured on the same pair of servers.</summary>
internal interface IBarGroup
{
    /// <summary>The names of its lines, as --only takes them.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Measures those of its lines that are wanted, each handed out as soon as it is done.</summary>
    IEnumerable<BarResult> Measure(BarsContext context);
}
