using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>A shard is on its way, or waits for it.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="From">Id of its home, which serves it until it has arrived.</param>
/// <param name="To">Id of its next home.</param>
internal readonly record struct ClusterMove(ShardId Shard, string From, string To);
