namespace OrleansKv.Protocol;

/// <summary>Number of a shard, 0 to <see cref="MaxCount"/> - 1. A shard owns the slots that the slot map gives it.</summary>
public readonly record struct ShardId(ushort Value)
{
    /// <summary>
    /// Most shards a store can have: one a slot would be 16384; 1024 keeps the per-shard floor (pages, ring points) small.
    /// </summary>
    public const int MaxCount = 1024;

    /// <summary>The shard of the host's own keys, one beyond every user shard: no slot leads to it (<c>NodeStore.System</c>).</summary>
    public static readonly ShardId System = new(MaxCount);

    public override string ToString() => Value.ToString();
}
