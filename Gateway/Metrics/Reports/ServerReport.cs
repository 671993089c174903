namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Which process this is.</summary>
public sealed record ServerReport
{
    public required string Version { get; init; }

    /// <summary><c>embedded</c> or <c>cluster</c>.</summary>
    public string Mode { get; init; } = "embedded";

    public required int ProcessId { get; init; }

    public required double UptimeSeconds { get; init; }

    /// <summary>Host that a client on this machine connects to, for the page's hint.</summary>
    public string Host { get; init; } = "127.0.0.1";

    public required int Port { get; init; }

    public bool Tls { get; init; }

    public required int Workers { get; init; }

    /// <summary>Null when persistence is off.</summary>
    public string? DataDir { get; init; }
}
