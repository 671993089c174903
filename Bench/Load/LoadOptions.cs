namespace OrleansKv.Bench.Load;

/// <summary>
/// Everything that decides what a load sends. Immutable; any thread. Made by LoadOptionsParser or by a scenario of Bars, so that every
/// combination in it is possible.
/// </summary>
internal sealed record LoadOptions
{
    public ServerAddress Server { get; init; } = new("127.0.0.1", 9090);
    public ServerAddress? Compare { get; init; }
    public string? Password { get; init; }
    public bool IdleScenario { get; init; }

    /// <summary>Worker threads; each owns its share of the connections and nothing is shared between them but a counter.</summary>
    public int Threads { get; init; } = 1;
    public int Connections { get; init; } = 1;

    /// <summary>Requests in flight on one connection at the most; 1 to 10,000.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>Measured requests in total, over all connections; null: no limit but the duration.</summary>
    public long? Requests { get; init; }

    /// <summary>Measured time; null: no limit but the number of requests.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Load before the measured part: the same requests, not counted.</summary>
    public double WarmupSeconds { get; init; } = 1;
    public CommandMix Mix { get; init; }
    public double ReadRatio { get; init; } = 0.5;

    /// <summary>Size of the key space: keys 0 to Keys-1.</summary>
    public long Keys { get; init; } = 1_000_000;

    /// <summary>
    /// Which numbers the keys have, ascending, as many as <see cref="Keys"/>; null: 0 to Keys-1. For keys of some slots alone.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int[]? KeyNumbers { get; init; }

    /// <summary>One above the largest number that a key has.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long KeySpace => KeyNumbers is { Length: > 0 } numbers ? numbers[^1] + 1L : Keys;
    public int KeySize { get; init; } = 16;
    public int ValueSize { get; init; } = 64;

    /// <summary>SET ... EX this many seconds; 0: none.</summary>
    public long TtlSeconds { get; init; }

    /// <summary>The share of the keys (the lowest-numbered) that gets 80 % of the requests; 0: all keys alike.</summary>
    public double Hotspot { get; init; }

    /// <summary>Requests a second in total, sent when due whatever the server does; 0: closed loop.</summary>
    public double Rate { get; init; }
    public long Seed { get; init; } = 1;
    public bool Fill { get; init; }
    public int Rounds { get; init; } = 1;
    public string? OutputPath { get; init; }
    public string? HtmlPath { get; init; }
    public bool Quiet { get; init; }

    public double EffectiveReadRatio => Mix switch { CommandMix.Set => 0, CommandMix.Get => 1, _ => ReadRatio };
    public bool IsOpenLoop => Rate > 0;

    [System.Text.Json.Serialization.JsonIgnore]
    public string LoopText => IsOpenLoop
        ? "open loop: each latency is counted from the moment its request was due, so a stall of the server counts for every request that "
            + "should have been sent meanwhile (coordinated omission is accounted for)"
        : "closed loop: each latency is counted from the moment its request was handed to the kernel; a stalled server is sent fewer "
            + "requests, so the percentiles are subject to coordinated omission (use --rate for latencies at a given load)";
}
