namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>How much is going on.</summary>
public sealed record ThroughputReport
{
    /// <summary>Commands run since start or CONFIG RESETSTAT.</summary>
    public required long CommandsTotal { get; init; }

    public required double OpsPerSecond { get; init; }

    public required double BytesInPerSecond { get; init; }

    public required double BytesOutPerSecond { get; init; }

    /// <summary>Operations a second of the last minute, oldest first.</summary>
    public required long[] OpsHistory { get; init; }
}
