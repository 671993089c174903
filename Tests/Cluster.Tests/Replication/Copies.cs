using System.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>What a node's copies of all shards hold.</summary>
internal static class Copies
{
    /// <summary>Keys, values and deadlines of a store, in order; as text.</summary>
    public static string[] Of(NodeStore store)
    {
        var all = new Entries();
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            ulong position = 0;
            do
            {
                position = store.Scan(new SlotId((ushort)slot), position, all);
            }
            while (position != 0);
        }

        return [.. all.Found.Order(StringComparer.Ordinal)];
    }

    private sealed class Entries : IEntryVisitor
    {
        public HashSet<string> Found { get; } = [];

        public void Visit(Shard shard, EntryRef entry) => Found.Add(Encoding.UTF8.GetString(shard.Table.KeyOf(entry)) + "="
            + Encoding.UTF8.GetString(shard.Table.ValueOf(entry)) + " until " + shard.Table.DeadlineOf(entry));
    }
}
