using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Grains;

/// <summary>A shard's answer. Expected outcomes are values, not exceptions.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Replies">The replies of <see cref="ShardStatus.Done"/>; empty otherwise. Who reads them releases them.</param>
/// <param name="MapVersion">Version of the shard's map: one that is newer than the sender's is worth fetching.</param>
/// <param name="Problem">Why it was refused or is unknown; null otherwise.</param>
[Immutable]
public sealed record ShardReply(ShardStatus Status, BatchReply Replies, long MapVersion, string? Problem)
{
    /// <summary>
    /// The shard's epoch as the node knows it that answers: the one in which a batch that is done ran, perhaps a newer one otherwise.
    /// </summary>
    public uint Epoch { get; init; }

    public static ShardReply Of(ShardStatus status, long mapVersion, string? problem = null) =>
        new(status, BatchReply.Empty, mapVersion, problem);
}
