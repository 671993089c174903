using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Batches;

/// <summary>
/// A store as if it had one shard only: what commands on all keys see when a shard answers for its part (SCAN, KEYS, DBSIZE, FLUSHALL).
/// </summary>
internal sealed class ShardView(NodeStore store, ShardCell cell) : IStore
{
    public ulong HashSeed => store.HashSeed;

    public uint ScanTag => store.ScanTag;

    public RandomSource Random => store.Random;

    public int MaxValueBytes => store.MaxValueBytes;

    public long Count => cell.Shard.Table.Count;

    public Shard ShardOf(in KeyRef key) => store.ShardOf(key);

    public int CountInSlot(SlotId slot) => IsOurs(slot) ? store.CountInSlot(slot) : 0;

    public ulong Scan(SlotId slot, ulong position, IEntryVisitor visitor) => IsOurs(slot) ? store.Scan(slot, position, visitor) : 0;

    public bool Clear(long nowMs)
    {
        lock (cell.Gate)
        {
            if (cell.Shard.Table.Count == 0) return true;
            cell.Shard.Clear(nowMs);
            store.Memory.Count(cell);
            return true;
        }
    }

    private bool IsOurs(SlotId slot) => store.Map.OwnerOf(slot) == cell.Shard.Id;
}
