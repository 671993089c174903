using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Report.Html;

/// <summary>The load and the machine as rows of name and value. No state; any thread.</summary>
internal static class OptionRows
{
    public static IEnumerable<(string Name, string Value)> Of(LoadOptions o) =>
    [
        ("servers", o.Compare is null ? $"{o.Server}" : $"{o.Server} and {o.Compare}"),
        ("threads, connections", Numbers.Text($"{o.Threads}, {o.Connections}")),
        ("pipeline", Numbers.Text($"{o.Pipeline}")),
        ("measured", string.Join(" or ", Limits(o))),
        ("warm-up", Numbers.Text($"{o.WarmupSeconds} s")),
        ("rounds", Numbers.Text($"{o.Rounds}")),
        ("GET share", Numbers.Text($"{o.EffectiveReadRatio:0.##%}")),
        ("keys", Numbers.Text($"{o.Keys:n0} of {o.KeySize} B") + (o.Fill ? ", filled before" : "")),
        ("values", Numbers.Text($"{o.ValueSize:n0} B") + (o.TtlSeconds > 0 ? Numbers.Text($", {o.TtlSeconds} s to live") : "")),
        ("hotspot", o.Hotspot > 0
            ? Numbers.Text($"{o.Hotspot:0.##%} of the keys get {RequestSource.HotShare:0%} of the requests")
            : "none"),
        ("rate", o.IsOpenLoop ? Numbers.Text($"{o.Rate:n0} requests/s") : "closed loop"),
        ("seed", Numbers.Text($"{o.Seed}")),
    ];

    public static IEnumerable<(string Name, string Value)> Of(MachineInfo m) =>
    [
        ("CPU", m.Cpu),
        ("cores", Numbers.Text($"{m.Cores}")),
        ("generator's CPUs", m.GeneratorCpus),
        ("memory", m.Memory),
        ("system", m.Os),
        ("kernel", m.Kernel),
        ("runtime", m.Runtime),
        ("load average after", m.LoadAverage),
    ];

    private static IEnumerable<string> Limits(LoadOptions o)
    {
        if (o.DurationSeconds is double seconds) yield return Numbers.Text($"{seconds} s");
        if (o.Requests is long requests) yield return Numbers.Text($"{requests:n0} requests");
    }
}
