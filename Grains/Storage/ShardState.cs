using Orleans;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// State of a shard's grain as its storage sees it. The keys are in the store already, and each command's effects in its journal: reading
/// attaches to the shard that recovery found, writing commits what is pending, and no value is written (<see cref="ShardStateStorage"/>).
/// A grain asks for it with <c>[PersistentState("shard", provider)] IPersistentState&lt;ShardState&gt;</c>; its integer key is the shard.
/// An activation that comes from another node must read again: these are the numbers of the node where it was read.
/// </summary>
[GenerateSerializer]
[Alias("OrleansKv.ShardState")]
internal sealed class ShardState
{
    /// <summary>Number of the shard.</summary>
    [Id(0)]
    public int Shard { get; set; }

    /// <summary>Its ownership's generation, the ETag as well.</summary>
    [Id(1)]
    public uint Epoch { get; set; }

    /// <summary>Last Lsn that was as safe as the provider's options say when the state was read or written.</summary>
    [Id(2)]
    public long Lsn { get; set; }
}
