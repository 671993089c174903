using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>The beginning of a shard's state on its way from its home to the next one: what its entries are a state of.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">The epoch in which it leaves its home.</param>
/// <param name="At">Position of the last record that the entries have.</param>
/// <param name="Tenures">The shard's tenures, oldest first: epoch and Lsn of the first record.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardhead")]
public sealed record ShardHead(int Shard, uint Epoch, ShardPosition At, ShardPosition[] Tenures)
{
    /// <summary>The node that sends it, where replicas are copied; null where the shard moves.</summary>
    [Id(0)]
    public string? From { get; init; }
}
