namespace OrleansKv.Engine.Shards;

/// <summary>What a shard does to a key without a command asking for it.</summary>
public enum KeyspaceEvent
{
    Expired,
    Evicted,
}
