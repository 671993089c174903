namespace OrleansKv.Engine.Shards;

/// <summary>Hears of keys that a shard removes of itself. Called under the shard's lock: note it and return.</summary>
public interface IKeyspaceListener
{
    void Happened(KeyspaceEvent happened, ReadOnlySpan<byte> key);
}
