using System.Diagnostics;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Holds the store to its budget. The total is kept by adding, after each change, what a shard's table grew or shrank since it was last
/// counted: exact but for commands that are running. The budget is the process's; a shard that is over its fair share (its part of the
/// slots) evicts its own coldest keys before it writes, so that within a shard eviction is exactly LRU; a shard under its share leaves
/// it to housekeeping, which trims those over theirs. Where only keys with a deadline may go, and for commands of several keys, what the
/// own shard cannot give is taken from those whose lock is free. Any thread.
/// </summary>
public sealed class MemoryBudget
{
    /// <summary>
    /// Growth of a cell that need not be in the total at once, bytes: with 32 shards the store is at most 512 KiB, and the last value, over
    /// its budget.
    /// </summary>
    private const long UncountedBytes = 16 * 1024;

    /// <summary>
    /// Keys looked at for one with a deadline (volatile-lru) an eviction: bounds a write's wait to some 100 µs. The next one goes on behind
    /// them.
    /// </summary>
    private const int MaxLooks = 1_000;

    /// <summary>Keys that one command takes from other shards: some 5 ms, more than a command of usual size adds.</summary>
    private const int MaxFromOthers = 4_096;

    private readonly NodeStore _store;
    private long _used;
    private long _peak;
    private long _budget;
    private volatile EvictionPolicy _policy;

    internal MemoryBudget(NodeStore store, long budgetBytes, EvictionPolicy policy)
    {
        _store = store;
        Set(budgetBytes, policy);
    }

    /// <summary>Bytes of all tables: entries, indexes, large values.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    public long PeakBytes => Volatile.Read(ref _peak);

    /// <summary>0: no bound.</summary>
    public long BudgetBytes => Volatile.Read(ref _budget);

    public EvictionPolicy Policy => _policy;

    internal bool HasRoom => BudgetBytes == 0 || UsedBytes <= BudgetBytes;

    internal bool CanEvict => _policy != EvictionPolicy.NoEviction;

    internal bool TracksRecency => BudgetBytes > 0 && _policy is EvictionPolicy.AllKeysLru or EvictionPolicy.VolatileLru;

    /// <summary>Changes budget and policy; keys over a smaller budget go in housekeeping's time.</summary>
    public void Set(long budgetBytes, EvictionPolicy policy)
    {
        Volatile.Write(ref _budget, budgetBytes);
        _policy = policy;
        foreach (ShardCell cell in _store.Cells)
        {
            lock (cell.Gate) cell.Shard.Table.TrackRecency = TracksRecency;
        }
    }

    /// <summary>Brings the total up to date with a cell whose lock is held.</summary>
    internal void Count(ShardCell cell)
    {
        Debug.Assert(cell.Gate.IsHeldByCurrentThread);
        long bytes = cell.Shard.Table.UsedBytes;
        long change = bytes - cell.CountedBytes;
        if (change == 0) return;
        cell.CountedBytes = bytes;
        long used = Interlocked.Add(ref _used, change);
        if (used > _peak) _peak = used;
    }

    /// <summary>The same when the cell has grown by much since: behind each command that may make it larger.</summary>
    internal void CountGrowth(ShardCell cell)
    {
        if (cell.Shard.Table.UsedBytes - cell.CountedBytes > UncountedBytes) Count(cell);
    }

    internal bool MakeRoom(ShardCell held, long nowMs)
    {
        Count(held);
        if (BudgetBytes == 0 || UsedBytes <= BudgetBytes) return true;
        if (_policy == EvictionPolicy.NoEviction) return false;
        Trim(held, nowMs, int.MaxValue);
        if (UsedBytes <= BudgetBytes) return true;
        // Over the budget, but not through this shard (or it has nothing that may go).
        return _policy == EvictionPolicy.AllKeysLru ? held.Shard.Table.Count > 0 || !IsOverShare(held) : MakeRoomAnywhere(nowMs);
    }

    /// <summary>
    /// Makes room in whatever shards; the caller may hold some. False when nothing is left that may go. True, though over the budget, when
    /// others hold the locks of those that have something: housekeeping catches up.
    /// </summary>
    internal bool MakeRoomAnywhere(long nowMs)
    {
        if (HasRoom) return true;
        if (_policy == EvictionPolicy.NoEviction) return false;
        int left = MaxFromOthers;
        bool isThereMore = TrimFree(nowMs, beyondShare: false, ref left);
        if (!HasRoom && left > 0) isThereMore = TrimFree(nowMs, beyondShare: true, ref left);
        return HasRoom || isThereMore;
    }

    /// <summary>
    /// Evicts from a held cell while the store is over budget and the cell over its share, or until it has nothing that may go if
    /// <paramref name="beyondShare"/>; returns keys that went.
    /// </summary>
    internal int Trim(ShardCell held, long nowMs, int limit, bool beyondShare = false)
    {
        int evicted = 0;
        if (held.Shard.Role != ShardRole.Leader) return 0;
        while (evicted < limit && UsedBytes > BudgetBytes && BudgetBytes > 0 && (beyondShare || IsOverShare(held)))
        {
            EntryRef victim = Choose(held.Shard.Table);
            if (victim.IsNone) break;
            held.Shard.Evict(victim, nowMs);
            Count(held);
            evicted++;
        }

        return evicted;
    }

    /// <summary>The cell's part of the budget: its slots' part of all slots.</summary>
    internal bool IsOverShare(ShardCell cell) =>
        cell.CountedBytes > (double)BudgetBytes * _store.SlotsOf(cell.Index) / SlotId.Count;

    // Never waits for a lock, so that the lock order does not matter; those that this thread holds count as free. True when keys are left
    // that may go.
    private bool TrimFree(long nowMs, bool beyondShare, ref int left)
    {
        bool isThereMore = false;
        foreach (ShardCell cell in _store.Cells)
        {
            if (!CanGive(cell)) continue;
            if (left > 0 && !HasRoom && cell.Gate.TryEnter())
            {
                try
                {
                    Count(cell); // what a command of several keys has changed
                    left -= Trim(cell, nowMs, left, beyondShare);
                }
                finally
                {
                    cell.Gate.Exit();
                }
            }

            isThereMore |= CanGive(cell);
        }

        return isThereMore;
    }

    // Whether it has keys that may go; without its lock a hint.
    private bool CanGive(ShardCell cell) =>
        cell.Shard.Role == ShardRole.Leader
            && (_policy == EvictionPolicy.AllKeysLru ? cell.Shard.Table.Count : cell.Shard.Table.TtlCount) > 0;

    private EntryRef Choose(KeyTable table)
    {
        switch (_policy)
        {
            case EvictionPolicy.AllKeysLru:
                return table.Coldest;
            case EvictionPolicy.VolatileTtl:
                return table.NearestDeadline();
            case EvictionPolicy.VolatileLru when table.TtlCount > 0:
                // Among more cold keys without a deadline than may be looked at now, the budget comes before the order.
                EntryRef coldest = table.ColdestWithDeadline(MaxLooks);
                return coldest.IsNone ? table.NearestDeadline() : coldest;
            default:
                return EntryRef.None;
        }
    }
}
