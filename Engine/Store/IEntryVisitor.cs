using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Store;

/// <summary>Is shown entries one by one, under their shard's lock; it must not change the table.</summary>
public interface IEntryVisitor
{
    void Visit(Shard shard, EntryRef entry);
}
