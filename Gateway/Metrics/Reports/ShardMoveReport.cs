namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>A shard that is to change its home.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="From">Its home until it has arrived.</param>
/// <param name="To">Its next home.</param>
public sealed record ShardMoveReport(int Shard, string From, string To);
