using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// What the node of a shard's old home and that of its new one do with it when the cluster has decided. The state itself travels by
/// <see cref="ShardExport"/> and <see cref="ShardImport"/>. Any thread.
/// </summary>
public static class ShardTransfer
{
    /// <summary>The shard is served here from now on, in an epoch that the cluster gave: it is in each later record.</summary>
    public static void Begin(NodeStore store, ShardId id, Epoch epoch)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate) cell.Shard.Lead(epoch);
    }

    /// <summary>
    /// Empties a replica of which the node is no member any more; what it has on the disk goes with the next snapshot. False where it leads
    /// or another copy is coming: nothing has happened then.
    /// </summary>
    public static bool TryForget(NodeStore store, ShardId id)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Arrival)
        {
            if (cell.Import is not null) return false;
            lock (cell.Gate)
            {
                if (cell.Shard.Role == ShardRole.Leader) return false;
                cell.Shard.Forget();
                store.Memory.Count(cell);
                return true;
            }
        }
    }

    /// <summary>
    /// Forgets a copy of a shard that another node serves in an epoch and that is not to come here; one that is on its way is given up.
    /// Nothing happens to a copy of a later epoch, or to one that is led here. Returns keys that went.
    /// </summary>
    public static long Drop(NodeStore store, ShardId id, Epoch served)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Arrival)
        {
            cell.Import?.Dispose();
            lock (cell.Gate)
            {
                Shard shard = cell.Shard;
                long keys = shard.Table.Count;
                if (keys == 0 || shard.Epoch > served || (shard.Epoch == served && shard.Role == ShardRole.Leader)) return 0;
                shard.Forget();
                store.Memory.Count(cell);
                return keys;
            }
        }
    }
}
