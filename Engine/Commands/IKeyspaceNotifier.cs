namespace OrleansKv.Engine.Commands;

/// <summary>Publishes keyspace events. Called under the key's shard lock: it notes the event and returns.</summary>
public interface IKeyspaceNotifier
{
    void Notify(KeyspaceClass type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key);
}
