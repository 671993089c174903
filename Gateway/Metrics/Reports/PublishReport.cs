namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Messages of PUBLISH to the subscribers of other nodes.</summary>
public sealed record PublishReport
{
    /// <summary>Bytes that other nodes have not taken yet.</summary>
    public required long QueuedBytes { get; init; }

    /// <summary>Messages that a node did not get: it did not keep up, hung or died.</summary>
    public required long Dropped { get; init; }
}
