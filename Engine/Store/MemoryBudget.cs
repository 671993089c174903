using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Holds the store to its budget. The total is kept by adding, after each change, what a shard's table grew or shrank since it was last
/// counted: exact but for commands that are running. The budget is the process's; a shard that is over its fair share (its part of the
/// slots) evicts its own coldest keys before it writes, so that within a shard eviction is exactly LRU; a shard under its share leaves
/// it to housekeeping, which trims those over theirs. Any thread.
/// </summary>
public sealed class MemoryBudget
{
    /// <summary>Keys looked at for one with a deadline (volatile-lru) before giving up: bounds a write's wait to some 100 µs.</summary>
    private const int MaxLooks = 1_000;

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

    public void ResetPeak() => Volatile.Write(ref _peak, UsedBytes);

    /// <summary>Brings the total up to date with a cell whose lock is held.</summary>
    internal void Count(ShardCell cell)
    {
        long bytes = cell.Shard.Table.UsedBytes;
        long change = bytes - cell.CountedBytes;
        if (change == 0) return;
        cell.CountedBytes = bytes;
        long used = Interlocked.Add(ref _used, change);
        if (used > _peak) _peak = used;
    }

    internal bool MakeRoom(ShardCell held, long nowMs)
    {
        Count(held);
        if (BudgetBytes == 0 || UsedBytes <= BudgetBytes) return true;
        if (_policy == EvictionPolicy.NoEviction) return false;
        Trim(held, nowMs, int.MaxValue);
        if (UsedBytes <= BudgetBytes) return true;
        // Over the budget, but not through this shard (or it has nothing that may go).
        return _policy == EvictionPolicy.AllKeysLru ? held.Shard.Table.Count > 0 || !IsOverShare(held) : HasOthersToEvict(held);
    }

    /// <summary>Evicts from a held cell while it is over its share and the store is over budget; returns keys that went.</summary>
    internal int Trim(ShardCell held, long nowMs, int limit)
    {
        int evicted = 0;
        while (evicted < limit && UsedBytes > BudgetBytes && BudgetBytes > 0 && IsOverShare(held))
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

    private bool HasOthersToEvict(ShardCell held)
    {
        foreach (ShardCell cell in _store.Cells)
        {
            if (cell != held && cell.Shard.Table.TtlCount > 0 && IsOverShare(cell)) return true;
        }

        return false;
    }

    private EntryRef Choose(KeyTable table)
    {
        switch (_policy)
        {
            case EvictionPolicy.AllKeysLru:
                return table.Coldest;
            case EvictionPolicy.VolatileTtl:
                return table.NearestDeadline();
            case EvictionPolicy.VolatileLru when table.TtlCount > 0:
                EntryRef entry = table.Coldest;
                for (int looks = 0; looks < MaxLooks && !entry.IsNone; looks++)
                {
                    if (table.DeadlineOf(entry) != 0) return entry;
                    entry = table.Warmer(entry);
                }

                return EntryRef.None;
            default:
                return EntryRef.None;
        }
    }
}
