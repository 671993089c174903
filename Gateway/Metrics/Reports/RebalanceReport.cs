namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>A change of the number of shards, running or done.</summary>
public sealed record RebalanceReport
{
    public required bool Running { get; init; }

    public required int FromShards { get; init; }

    public required int ToShards { get; init; }

    public required int SlotsMoved { get; init; }

    public required int SlotsToMove { get; init; }

    public required long KeysMoved { get; init; }
}
