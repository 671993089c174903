namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Memory, bytes.</summary>
public sealed record MemoryReport
{
    /// <summary>Pages of keys, values and indexes: what the budget limits.</summary>
    public required long UsedBytes { get; init; }

    public long PeakBytes { get; init; }

    /// <summary>0: unlimited.</summary>
    public required long BudgetBytes { get; init; }

    public required string EvictionPolicy { get; init; }

    /// <summary>Resident set of the process, as the system counts it.</summary>
    public required long RssBytes { get; init; }

    public required long GcHeapBytes { get; init; }

    /// <summary>Allocated since the start: divided by commands, what one costs the collector.</summary>
    public long GcAllocatedBytes { get; init; }

    public int Gen0Collections { get; init; }

    public int Gen1Collections { get; init; }

    public int Gen2Collections { get; init; }
}
