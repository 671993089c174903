using System.Globalization;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>The lines that compare requests a second at one durability. Thread: the main one.</summary>
internal sealed class ThroughputBars(Durability durability, string durabilityText, ThroughputLine[] lines) : IBarGroup
{
    // Above this the line measures the generator as much as the server.
    private const double BusyLimit = 0.95;

    public IReadOnlyList<string> Names { get; } = [.. lines.Select(l => l.Name)];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var pair = ServerPair.Start(context, durability);
        foreach (ChildServer server in pair.Servers) context.Fill(server);
        foreach (ThroughputLine line in lines.Where(l => context.Options.Wants(l.Name))) yield return Measure(context, pair, line);
    }

    private BarResult Measure(BarsContext context, ServerPair pair, ThroughputLine line)
    {
        LoadOptions load = context.Load with { Mix = line.Mix, Pipeline = line.Pipeline };
        ThroughputRounds rounds =
            ThroughputRounds.Run(context, line.Name, load, [.. pair.Servers.Select(server => (server.Name, server.EndPoint))]);
        string note = rounds.Busiest > BusyLimit
            ? string.Create(CultureInfo.InvariantCulture, $"generator up to {rounds.Busiest:0%} busy: it may have been the limit") : "";
        return BarResult.AtLeast(line.Name,
            $"{line.Mix.ToString().ToUpperInvariant()}, {context.Options.Connections} connections, pipeline {line.Pipeline}, "
                + $"{durabilityText}",
            "requests/s", line.Limit, rounds.Rates[0], rounds.Rates[1], note);
    }
}
