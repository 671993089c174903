using System.Diagnostics;
using OrleansKv.Engine.Journal;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// What must happen though no command asks for it: expiry, eviction, moves between shards, claiming disk room, the flush a second. Each
/// turn has a budget and works in slices that hold a shard's lock for some 50 µs. What a turn has appended to the journal it writes: there
/// may be no client whose commit would. While the disk has no room for writes it appends nothing.
/// </summary>
public sealed class Housekeeper : IDisposable
{
    /// <summary>Time between turns, ms: ten a second, Redis' default hz.</summary>
    private const int TurnMs = 100;

    /// <summary>Work a turn, ms: a quarter of the time, Redis' bound for its expiry cycle.</summary>
    private const int BudgetMs = 25;

    /// <summary>Keys that go under one lock hold.</summary>
    private const int KeysASlice = 64;

    private const int FlushEveryMs = 1_000;

    private readonly NodeStore _store;
    private readonly JournalLog? _journal;
    private readonly BackgroundThread _thread;
    private readonly BackgroundThread _flusher;

    internal Housekeeper(NodeStore store, JournalLog? journal, StoreOptions options)
    {
        _store = store;
        _journal = journal;
        _thread = new BackgroundThread("housekeeper", Turn, options.Faults);
        _flusher = new BackgroundThread("journal-flush", Flush, options.Faults);
    }

    /// <summary>
    /// Whether the journal is flushed once a second (everysec, and always as a backstop); CONFIG SET appendfsync changes it.
    /// </summary>
    public bool FlushesEverySecond { get; set; } = true;

    /// <summary>Whether due keys are removed before anybody asks for them (DEBUG SET-ACTIVE-EXPIRE).</summary>
    public bool ExpiresActively { get; set; } = true;

    /// <summary>Whether this thread removes due keys; false where grains do, each for its shard.</summary>
    public bool ExpiresInBackground { get; set; } = true;

    /// <summary>
    /// Whether nothing is to change by itself now, neither by expiry nor by eviction (CLIENT PAUSE); set once, before traffic. What was
    /// held back goes afterwards.
    /// </summary>
    public Func<bool> IsPaused { get; set; } = static () => false;

    internal void Start()
    {
        _thread.Start();
        if (_journal is not null) _flusher.Start();
    }

    /// <summary>One turn of expiry, eviction and moves at a given time.</summary>
    public void Step(long nowMs)
    {
        long started = Stopwatch.GetTimestamp();
        if (!IsPaused() && !_store.IsShortOfDisk)
        {
            if (ExpiresActively && ExpiresInBackground) Expire(nowMs, started);
            Evict(nowMs, started);
        }

        _store.Commit(_store.Appended, Durability.No); // a failure is the journal's to tell
        _journal?.ReserveAhead();
    }

    public void Dispose()
    {
        _thread.Dispose();
        _flusher.Dispose();
    }

    private int Turn()
    {
        Step(_store.NowMs);
        if (!_store.Rebalancer.IsRunning || _store.IsShortOfDisk) return TurnMs;
        var pacer = new Pacer();
        long started = Stopwatch.GetTimestamp();
        while (!_thread.IsStopping && !_store.IsShortOfDisk && Stopwatch.GetElapsedTime(started).TotalMilliseconds < TurnMs
            && _store.Rebalancer.Step(Pacer.EntriesAStep)) pacer.Pause();
        return 0;
    }

    private int Flush()
    {
        if (FlushesEverySecond) _journal!.Sync();
        return FlushEveryMs;
    }

    private void Expire(long nowMs, long started)
    {
        foreach (ShardCell cell in _store.Cells)
        {
            if (cell.Shard.Table.TtlCount == 0)
            {
                lock (cell.Gate) _store.Memory.Count(cell); // what the last command changed
                continue;
            }

            int gone;
            do
            {
                lock (cell.Gate)
                {
                    gone = cell.Shard.ExpireDue(nowMs, KeysASlice);
                    _store.Memory.Count(cell);
                }
            }
            while (gone == KeysASlice && !IsOverBudget(started));
            if (IsOverBudget(started)) return;
        }
    }

    private void Evict(long nowMs, long started)
    {
        MemoryBudget memory = _store.Memory;
        if (!memory.CanEvict) return;
        // Those over their share first. What is over the budget then, they cannot give (volatile-lru): the others must.
        foreach (bool beyondShare in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (ShardCell cell in _store.Cells)
            {
                if (memory.HasRoom || IsOverBudget(started)) return;
                int gone;
                do
                {
                    lock (cell.Gate) gone = memory.Trim(cell, nowMs, KeysASlice, beyondShare);
                }
                while (gone == KeysASlice && !IsOverBudget(started));
            }
        }
    }

    private static bool IsOverBudget(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds > BudgetMs;
}
