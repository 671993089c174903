using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Bars;

/// <summary>All that `bars` found out; its JSON is this record. Immutable; any thread.</summary>
internal sealed record BarsReport(
    DateTimeOffset StartedAt, string Server, string Reference, MachineInfo Machine, BarsOptions Options, IReadOnlyList<BarResult> Results)
{
    public string Tool { get; } = "OrleansKv.Bench bars";
    public bool AllPass => Results.All(r => r.Pass);
}
