using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>One shard.</summary>
public sealed record ShardReport(int Id, long Keys, long Bytes, long Lsn, int Slots);
