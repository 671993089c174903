using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Report;

/// <summary>Everything that one `load` found out; its JSON is this record. Immutable; any thread.</summary>
internal sealed record LoadReport
{
    public string Tool { get; } = "OrleansKv.Bench load";
    public required string Version { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Says whether the latencies are subject to coordinated omission.</summary>
    public required string Loop { get; init; }
    public required LoadOptions Options { get; init; }
    public required MachineInfo Machine { get; init; }
    public required ServerReport[] Servers { get; init; }
    public required Comparison? Comparison { get; init; }

    /// <summary>What a reader must not overlook.</summary>
    public required string[] Notes { get; init; }

    public bool HasFaults => Servers.Any(s => s.Rounds.Any(r => r.Errors + r.WarmupErrors + r.WrongValues > 0));

    public static LoadReport Of(DateTimeOffset startedAt, LoadOptions options, MachineInfo machine, ServerReport[] servers) => new()
    {
        Version = typeof(LoadReport).Assembly.GetName().Version!.ToString(3),
        StartedAt = startedAt,
        Loop = options.LoopText,
        Options = options with { Password = options.Password is null ? null : "(given)" },
        Machine = machine,
        Servers = servers,
        Comparison = servers.Length == 2 ? Comparison.Of(servers[0], servers[1]) : null,
        Notes = [.. servers.SelectMany(s => ReportNotes.Of(s, options))],
    };
}
