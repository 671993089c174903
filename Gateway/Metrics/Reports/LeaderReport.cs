namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>The leader that this server follows, and the link to it.</summary>
public sealed record LeaderReport
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>In Redis' words: <c>connect</c>, <c>connecting</c>, <c>sync</c> or <c>connected</c>.</summary>
    public required string State { get; init; }

    /// <summary>Records are applied as they come.</summary>
    public bool IsUp => State == "connected";

    /// <summary>Seconds since anything came from it; null before.</summary>
    public long? SilentSeconds { get; init; }

    /// <summary>Seconds since the link was up, or since this server began to try; null while it is up.</summary>
    public long? DownSeconds { get; init; }

    /// <summary>Bytes of the leader's journal that have been written there and are not applied here; null before its first word.</summary>
    public long? LagBytes { get; init; }
}
