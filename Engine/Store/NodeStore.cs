using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// All shards of one process, each behind its lock, with the journal they share. A caller locks the shard that owns a key
/// (<see cref="Enter"/>), runs commands on it, and leaves. Any thread.
/// Lock order: shards in ascending number, then the journal.
/// </summary>
public sealed class NodeStore : IStore, IDisposable
{
    private readonly StoreOptions _options;
    private readonly IEffectLog _log;
    private readonly JournalLog? _journal;
    private readonly Housekeeper _housekeeper;
    private volatile SlotMap _map;
    private volatile ShardCell[] _cells;
    private volatile int[] _slotCounts;
    private IKeyspaceListener? _listener;

    internal NodeStore(
        StoreOptions options, Epoch tenure, SlotMap map, ShardCell[] cells, ShardCell system, IEffectLog log, JournalTail tail,
        JournalLog? journal,
        StoreFiles? files, RecoveryResult? recovery)
    {
        _options = options;
        Tenure = tenure;
        Random = new RandomSource(options.RandomSeed);
        ScanTag = ScanCursor.TagOf(options.HashSeed);
        _map = map;
        _cells = cells;
        System = system;
        System.Shard.Table.TrackRecency = false; // nothing of it is evicted
        _slotCounts = map.CountSlots();
        _log = log;
        _journal = journal;
        Tail = tail;
        Files = files;
        Recovery = recovery;
        Memory = new MemoryBudget(this, options.MemoryBudgetBytes, options.EvictionPolicy);
        Rebalancer = new Rebalancer(this, journal);
        StoreId = files?.StoreId;
        Snapshots = files is null ? null : new SnapshotCycle(this, files, options);
        Links = new StoreLinks(this, options.RandomSeed, () => journal?.Appended ?? (log as NullEffectLog)?.End ?? default);
        _housekeeper = new Housekeeper(this, journal, options);
        foreach (ShardCell cell in cells)
        {
            if (options.LeadsShards) cell.Shard.Lead(tenure);
            lock (cell.Gate) Memory.Count(cell);
        }

        System.Shard.Lead(tenure);
        Rebalancer.Resume();
        if (options.RunHousekeeper) _housekeeper.Start();
    }

    public ulong HashSeed => _options.HashSeed;

    public uint ScanTag { get; }

    public RandomSource Random { get; }

    /// <summary>Can change at any time; the longest word that a client may send bounds the rest.</summary>
    public int MaxValueBytes { get; set; } = StoreOptions.LongestValueBytes;

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long NowMs => _options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public SlotMap Map => _map;

    /// <summary>Every shard that exists, emptied ones of a store that shrank included.</summary>
    public IReadOnlyList<ShardCell> Cells => _cells;

    /// <summary>
    /// The host's own keys (grain state, cluster settings): journalled, in snapshots and recovered as every shard, but outside of slots,
    /// key counts, memory budget, eviction, FLUSHALL, scans and moves. Lock it with <see cref="EnterSystem"/>.
    /// </summary>
    public ShardCell System { get; }

    public MemoryBudget Memory { get; }

    /// <summary>The records of shards that somebody follows.</summary>
    internal JournalTail Tail { get; }

    /// <summary>Its part among servers that follow each other as wholes.</summary>
    public StoreLinks Links { get; }

    /// <summary>Null for a store in memory only.</summary>
    internal StoreFiles? Files { get; }

    public Rebalancer Rebalancer { get; }

    /// <summary>Null for a store in memory only, as is the journal.</summary>
    public SnapshotCycle? Snapshots { get; }

    public JournalLog? Journal => _journal;

    /// <summary>
    /// Random; stands in all files that belong to the store, and tells it from every other. Null for a store in memory only.
    /// </summary>
    public ulong? StoreId { get; }

    /// <summary>The tenure of this process in the store: no other start had it, or will.</summary>
    public Epoch Tenure { get; }

    /// <summary>
    /// The newest tenure of its shards, the system shard left out; a cluster that is founded on the store goes on above it.
    /// </summary>
    public Epoch HighestEpoch => _cells.Max(c => c.Shard.NewestEpoch);

    /// <summary>What the start found; null for a store in memory only.</summary>
    public RecoveryResult? Recovery { get; }

    /// <summary>Expiry, eviction, flushes, snapshots and moves; tests step it.</summary>
    public Housekeeper Housekeeper => _housekeeper;

    public long Count
    {
        get
        {
            long count = 0;
            foreach (ShardCell cell in _cells) count += cell.Shard.Table.Count;
            return count;
        }
    }

    /// <summary>Keys of the shards that are led here, and how many of them have a deadline; copies that follow are left out.</summary>
    public (long Keys, long WithTtl) CountLed()
    {
        long keys = 0, withTtl = 0;
        foreach (ShardCell cell in _cells)
        {
            if (cell.Shard.Role != ShardRole.Leader) continue;
            keys += cell.Shard.Table.Count;
            withTtl += cell.Shard.Table.TtlCount;
        }

        return (keys, withTtl);
    }

    /// <summary>End of what anybody has appended to the journal.</summary>
    public JournalOffset Appended => _journal?.Appended ?? default;

    /// <summary>Why write commands must be refused now; null when they need not be.</summary>
    public string? WriteRefusal => _journal?.Refusal;

    /// <summary>
    /// Writes are refused until there is room again. What nobody asked for, expiry and moves, waits, too: their records would use up the
    /// margin, and a write without room fails the journal for good.
    /// </summary>
    internal bool IsShortOfDisk => _journal is { Failure: null, Refusal: not null };

    /// <summary>Hears of keys that expire or are evicted; set once, before traffic.</summary>
    public IKeyspaceListener? Listener
    {
        get => _listener;
        set
        {
            _listener = value;
            foreach (ShardCell cell in _cells) cell.Shard.Listener = value;
        }
    }

    /// <summary>A store that keeps nothing on disk.</summary>
    public static NodeStore InMemory(StoreOptions options)
    {
        var tail = new JournalTail();
        var log = new NullEffectLog(tail);
        SlotMap map = SlotMap.Create(options.ShardCount);
        var tenure = new Epoch(1);
        return new NodeStore(options, tenure, map, [.. Enumerable.Range(0, map.CellCount).Select(i => NewCell(i))],
            NewCell(ShardId.System.Value), log, tail, null, null, null);

        // Nothing is written, so no record need say that the tenure begins.
        ShardCell NewCell(int shard) =>
            new(new Shard(new ShardId((ushort)shard), IsLed(shard) ? tenure : Epoch.None, log, options.HashSeed));

        bool IsLed(int shard) => options.LeadsShards || shard == ShardId.System.Value;
    }

    /// <summary>
    /// Opens or makes the store of a folder; the caller holds its lock. Throws <see cref="CorruptionException"/> and
    /// <see cref="IOException"/> with messages for an operator.
    /// </summary>
    /// <param name="options">How it works.</param>
    /// <param name="disk">The folder.</param>
    /// <param name="progress">Told of bytes read and bytes in all; may be null.</param>
    public static NodeStore Open(StoreOptions options, IDisk disk, Action<long, long>? progress = null) =>
        StoreOpening.Open(options, disk, progress);

    /// <summary>
    /// What this node has promised for its replicas, out of the store's folder. Throws <see cref="CorruptionException"/> and
    /// <see cref="IOException"/>.
    /// </summary>
    /// <param name="bootId">The machine's since it started; empty where that is not known.</param>
    public ReplicaPromises OpenPromises(Guid bootId) => ReplicaPromises.Open(Files?.Disk, StoreId ?? 0, bootId);

    /// <summary>Waits until everything below <paramref name="upTo"/> is as safe as asked; false when the journal has failed.</summary>
    public bool Commit(JournalOffset upTo, Durability level) => _journal is null || _journal.Commit(upTo, level);

    /// <summary>
    /// Locks and returns the cell that serves the key: the owner of its slot. If the slot is on its way between shards, the key is
    /// brought over first. Leave with <see cref="Exit"/>.
    /// </summary>
    public ShardCell Enter(in KeyRef key)
    {
        while (true)
        {
            SlotMap map = _map;
            ShardCell cell = _cells[map.OwnerOf(key.Slot).Value];
            cell.Gate.Enter();
            if (_map.IsSettledAt(key.Slot, cell.Index)) return cell;
            cell.Gate.Exit();
            if (_map.IsMoving(key.Slot) && Rebalancer.TryEnterMoving(key) is { } owner) return owner;
        }
    }

    /// <summary>
    /// The same for a command whose clock has been read already. If it has to wait for the lock, the clock is read again: another command
    /// may have held the shard for seconds, and keys may have expired meanwhile.
    /// </summary>
    public ShardCell Enter(in KeyRef key, ref long nowMs)
    {
        ShardCell cell = _cells[_map.OwnerOf(key.Slot).Value];
        if (cell.Gate.TryEnter())
        {
            if (_map.IsSettledAt(key.Slot, cell.Index)) return cell;
            cell.Gate.Exit();
        }

        cell = Enter(key);
        nowMs = NowMs;
        return cell;
    }

    /// <summary>Locks and returns the system shard's cell. It comes last in the lock order. Leave with <see cref="Exit"/>.</summary>
    public ShardCell EnterSystem()
    {
        System.Gate.Enter();
        return System;
    }

    /// <summary>Locks a cell for who wants this shard, whatever keys it serves. Leave with <see cref="Exit"/>.</summary>
    public void Enter(ShardCell cell) => cell.Gate.Enter();

    public void Exit(ShardCell cell) => cell.Gate.Exit();

    /// <summary>Whether a cell whose lock is held serves the key without further ado.</summary>
    public bool Owns(ShardCell held, in KeyRef key)
    {
        Debug.Assert(held.Gate.IsHeldByCurrentThread);
        return _map.IsSettledAt(key.Slot, held.Index);
    }

    /// <summary>Brings what leads to the key's bucket into the cache; the first of three steps.</summary>
    public void PrefetchIndex(SlotId slot) => TableOf(slot).PrefetchIndex(slot);

    /// <summary>
    /// Brings the buckets and then the entries of several keys into the cache, some time after <see cref="PrefetchIndex"/>; no lock is
    /// needed or taken. With a million keys each look-up would otherwise wait for two cache misses, more than half of a command's time.
    /// </summary>
    public void LookAhead(ReadOnlySpan<KeyPlace> keys)
    {
        foreach (KeyPlace key in keys) TableOf(key.Slot).Prefetch(key.Slot, key.Hash);
        foreach (KeyPlace key in keys) TableOf(key.Slot).PrefetchEntry(key.Slot, key.Hash);
    }

    public Shard ShardOf(in KeyRef key)
    {
        ShardCell cell = _cells[_map.OwnerOf(key.Slot).Value];
        Debug.Assert(cell.Gate.IsHeldByCurrentThread);
        return cell.Shard;
    }

    /// <summary>Locks for commands with several keys; one a worker, reused.</summary>
    public LockSet CreateLockSet() => new(this);

    /// <summary>Effects of this thread until <see cref="EndGroup"/> survive a crash all or none.</summary>
    public void BeginGroup() => _log.BeginGroup();

    public void EndGroup() => _log.EndGroup();

    public int CountInSlot(SlotId slot)
    {
        (ShardCell owner, ShardCell? source) = EnterSlot(slot);
        int count = owner.Shard.Table.CountInSlot(slot) + (source?.Shard.Table.CountInSlot(slot) ?? 0);
        ExitSlot(owner, source);
        return count;
    }

    public ulong Scan(SlotId slot, ulong position, IEntryVisitor visitor)
    {
        (ShardCell owner, ShardCell? source) = EnterSlot(slot);
        try
        {
            var found = new List<EntryRef>();
            ulong next = owner.Shard.Table.Scan(slot, position, found);
            foreach (EntryRef entry in found) visitor.Visit(owner.Shard, entry);
            if (source is null) return next;

            // The slot is moving: its keys are in two tables. Positions are places in hash order, the same in both.
            found.Clear();
            ulong other = source.Shard.Table.Scan(slot, position, found);
            foreach (EntryRef entry in found) visitor.Visit(source.Shard, entry);
            return next == 0 || other == 0 ? Math.Max(next, other) : Math.Min(next, other);
        }
        finally
        {
            ExitSlot(owner, source);
        }
    }

    public bool Clear(long nowMs)
    {
        LockSet all = CreateLockSet();
        all.AddAll();
        all.Enter();
        try
        {
            if (Links.IsFollower) return false;
            BeginGroup();
            foreach (ShardCell cell in _cells)
            {
                if (cell.Shard.Table.Count == 0) continue;
                cell.Shard.Clear(nowMs);
                Memory.Count(cell);
            }

            EndGroup();
            return true;
        }
        finally
        {
            all.Exit();
        }
    }

    /// <summary>Whether a command that needs memory may run on the held cell; evicts if it must and may.</summary>
    public bool MakeRoom(ShardCell held, long nowMs) => Memory.MakeRoom(held, nowMs);

    /// <summary>A command that may have made the held cell larger has run.</summary>
    public void CountGrowth(ShardCell held) => Memory.CountGrowth(held);

    /// <summary>The same for a command that holds several cells, or none.</summary>
    public bool MakeRoom(long nowMs) => Memory.MakeRoomAnywhere(nowMs);

    /// <summary>Expires due keys of a cell, at most <paramref name="limit"/> under one hold of its lock; returns how many went.</summary>
    public int ExpireDue(ShardCell cell, int limit)
    {
        if (IsShortOfDisk) return 0;
        lock (cell.Gate)
        {
            int gone = cell.Shard.ExpireDue(NowMs, limit);
            Memory.Count(cell);
            return gone;
        }
    }

    /// <summary>Stops the background work, commits and flushes the journal, closes the files.</summary>
    public void Dispose()
    {
        foreach (ShardCell cell in _cells)
        {
            lock (cell.Arrival) // one that comes in just now is waited for
            {
                cell.IsClosed = true;
                cell.Import?.End();
            }
        }

        _housekeeper.Dispose();
        Snapshots?.Dispose();
        _journal?.Dispose();
        foreach (ShardCell cell in _cells) cell.Shard.Dispose();
        System.Shard.Dispose();
    }

    /// <summary>
    /// Takes another slot map over, with as many shards as it has: an empty store becomes a node of a cluster that has one. Throws
    /// <see cref="InvalidOperationException"/> when there are keys.
    /// </summary>
    public void Adopt(SlotMap map)
    {
        LockSet all = CreateLockSet();
        all.AddAll();
        all.Enter();
        try
        {
            if (Count > 0) throw new InvalidOperationException("a store with keys keeps its slot map");
            Grow(map.CellCount);
            Publish(map);
        }
        finally
        {
            all.Exit();
        }

        if (Snapshots is { } snapshots && !snapshots.Save())
            throw new IOException($"the slot map could not be saved: {snapshots.Status.LastError}");
    }

    /// <summary>Adds cells up to <paramref name="count"/>; the rebalancer's call.</summary>
    internal void Grow(int count)
    {
        if (count <= _cells.Length) return;
        IEnumerable<ShardId> ids = Enumerable.Range(_cells.Length, count - _cells.Length).Select(i => new ShardId((ushort)i));
        ShardCell[] added = [.. ids.Select(id => new ShardCell(new Shard(id, Epoch.None, _log, HashSeed)))];
        foreach (ShardCell cell in added)
        {
            if (_options.LeadsShards || Links.IsFollower) Links.TakeRole(cell.Shard);
            cell.Shard.Listener = _listener;
            cell.Shard.Table.TrackRecency = Memory.TracksRecency;
        }

        _cells = [.. _cells, .. added];
    }

    /// <summary>Publishes a map; the caller holds the locks of all shards whose slots change.</summary>
    internal void Publish(SlotMap map)
    {
        _map = map;
        _slotCounts = map.CountSlots();
    }

    private KeyTable TableOf(SlotId slot) => _cells[_map.OwnerOf(slot).Value].Shard.Table;

    /// <summary>Slots that a cell owns.</summary>
    public int SlotsOf(int cell) => _slotCounts is var counts && cell < counts.Length ? counts[cell] : 0;

    // The owner's lock, and the source's while the slot moves, in ascending order.
    private (ShardCell Owner, ShardCell? Source) EnterSlot(SlotId slot)
    {
        while (true)
        {
            SlotMap map = _map;
            ShardCell owner = _cells[map.OwnerOf(slot).Value];
            ShardCell? source = map.IsMoving(slot) ? _cells[map.SourceOf(slot).Value] : null;
            EnterBoth(owner, source);
            SlotMap now = _map;
            bool same = now.OwnerOf(slot).Value == owner.Index
                && (now.IsMoving(slot) ? source?.Index == now.SourceOf(slot).Value : source is null);
            if (same) return (owner, source);
            ExitSlot(owner, source);
        }
    }

    internal static void EnterBoth(ShardCell one, ShardCell? other)
    {
        if (other is null)
        {
            one.Gate.Enter();
            return;
        }

        (one.Index < other.Index ? one : other).Gate.Enter();
        (one.Index < other.Index ? other : one).Gate.Enter();
    }

    private static void ExitSlot(ShardCell owner, ShardCell? source)
    {
        source?.Gate.Exit();
        owner.Gate.Exit();
    }
}
