namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Client connections; all but the first two since start or CONFIG RESETSTAT.</summary>
public sealed record ConnectionReport
{
    public required long Current { get; init; }

    public required long MaxClients { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Turned away at once.</summary>
    public required long Rejected { get; init; }

    public required long BytesIn { get; init; }

    public required long BytesOut { get; init; }

    /// <summary>Reads from sockets that brought something.</summary>
    public long Reads { get; init; }

    /// <summary>Writes to sockets that took something.</summary>
    public long Writes { get; init; }
}
