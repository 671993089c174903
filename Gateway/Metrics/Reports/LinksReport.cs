namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Whom a server follows as a whole, and who follows it.</summary>
public sealed record LinksReport
{
    /// <summary>
    /// Where its records end, in bytes of the leader's journal: of its own, or of the one that it follows. 0 for a cluster's node, each of
    /// whose streams counts for itself.
    /// </summary>
    public required long Offset { get; init; }

    /// <summary>Null where it leads.</summary>
    public LeaderReport? Leader { get; init; }

    public required IReadOnlyList<FollowerReport> Followers { get; init; }

    /// <summary>Bytes that the backlog keeps, and the most that it may; 0 without one.</summary>
    public required long BacklogBytes { get; init; }

    public required long BacklogLimitBytes { get; init; }
}
