using System.Runtime.CompilerServices;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// A shard's state machine. Where it leads, commands decide (they read the clock and the map), and the map changes only behind
/// <see cref="AppendNext"/>: an effect gets the next position, goes to the log and is applied. So it is with keys that move between
/// shards, expire or are evicted. Recovery calls <see cref="Apply"/> alone, a follower <see cref="Replicate"/>, which appends the leader's
/// record. Thread-confined: the host serialises calls (a lock, or a grain's turn).
/// </summary>
/// <param name="id">Its number.</param>
/// <param name="epoch">
/// The tenure in which it leads from its first record on; <see cref="Epoch.None"/> for one that recovery or another node will fill, and
/// that leads from <see cref="Lead"/> on.
/// </param>
/// <param name="log">Takes its records.</param>
/// <param name="hashSeed">Seed of the key hash.</param>
public sealed class Shard(ShardId id, Epoch epoch, IEffectLog log, ulong hashSeed) : IDisposable
{
    private RemovalLog? _removals; // from the first time that somebody watches a key that is not there
    private bool _mayAppend = epoch != Epoch.None; // it leads, and its tenure has begun with a record

    public ShardId Id { get; } = id;

    public ShardRole Role { get; private set; } = epoch == Epoch.None ? ShardRole.None : ShardRole.Leader;

    /// <summary>
    /// The tenure in which its next record is written; of a follower, and of a copy, that of the last record, or <see cref="Fence"/>.
    /// </summary>
    public Epoch Epoch { get; private set; } = epoch;

    /// <summary>Position of the last record, applied or emitted.</summary>
    public LogPosition Position { get; private set; } = new(epoch, Lsn.None);

    /// <summary>Lsn of the last record.</summary>
    public Lsn Lsn => Position.Lsn;

    /// <summary>The tenures of its records.</summary>
    public EpochHistory Epochs { get; } = HistoryOf(epoch);

    /// <summary>
    /// The newest tenure of records that were here and are gone; <see cref="Epoch.None"/> when none are. Their positions belong to other
    /// nodes' copies: the shard is led here in a later one only.
    /// </summary>
    public Epoch Fence { get; private set; }

    /// <summary>The newest tenure that it knows of: a later one must be above it.</summary>
    public Epoch NewestEpoch => new(Math.Max(Math.Max(Epoch.Value, Fence.Value), Epochs.Last.Value));

    public KeyTable Table { get; } = new(hashSeed);

    public ShardStats Stats { get; } = new();

    /// <summary>Told of each key that changes, expires or is evicted (keyspace notifications, WATCH); null when nobody listens.</summary>
    public IKeyspaceListener? Listener { get; set; }

    /// <summary>
    /// Leads from now on, in a tenure that belongs to this process alone. Its first record will begin it, unless the shard is in it
    /// already. Throws <see cref="InvalidOperationException"/> for a tenure that is over: positions in it may have been given to other
    /// records.
    /// </summary>
    public void Lead(Epoch tenure)
    {
        if (tenure < Epochs.Last || tenure == Epoch.None)
            throw new InvalidOperationException($"shard {Id} cannot be led in epoch {tenure}: it has records of epoch {Epochs.Last}");
        if (tenure <= Fence)
            throw new InvalidOperationException($"shard {Id} cannot be led in epoch {tenure}: it had records of epoch {Fence}");
        Role = ShardRole.Leader;
        Epoch = tenure;
        _mayAppend = tenure == Epochs.Last;
    }

    /// <summary>The same with the record that begins the tenure, at once: other replicas must have it before anything is served.</summary>
    public void Begin(Epoch tenure)
    {
        Lead(tenure);
        if (!_mayAppend) BeginTenure();
    }

    /// <summary>Applies a leader's records from now on, and nothing else.</summary>
    public void Follow() => TakeRole(ShardRole.Follower);

    /// <summary>Is served here no more.</summary>
    public void Release() => TakeRole(ShardRole.None);

    /// <summary>
    /// Finds a live key for a reader: counts hit or miss, makes it the most recently used unless <paramref name="touch"/> is
    /// false, and deletes it first when its deadline has passed.
    /// </summary>
    public EntryRef Read(in KeyRef key, long nowMs, bool touch = true)
    {
        EntryRef entry = Find(key, nowMs);
        if (Role == ShardRole.Follower) return entry;
        if (entry.IsNone)
        {
            Stats.Misses++;
            return entry;
        }

        Stats.Hits++;
        if (touch) Table.Touch(entry, Clock(nowMs));
        return entry;
    }

    /// <summary>
    /// An entry's version: the position of the record that wrote it. Its epoch is <see cref="Epoch.None"/> where that tenure is no longer
    /// known (<see cref="EpochHistory.MaxCount"/>).
    /// </summary>
    public LogPosition VersionOf(EntryRef entry)
    {
        Lsn lsn = Table.VersionOf(entry);
        return new LogPosition(Epochs.EpochOf(lsn), lsn);
    }

    /// <summary>
    /// What WATCH compares: a live key's version; for a key that is not there one with a negative Lsn, which is another one when a key of
    /// its hash has come and gone meanwhile.
    /// </summary>
    public LogPosition WatchVersionOf(in KeyRef key, long nowMs)
    {
        EntryRef entry = Find(key, nowMs);
        if (!entry.IsNone) return VersionOf(entry);
        _removals ??= new RemovalLog(Lsn);
        Lsn last = _removals.LastOf(key.Hash);
        return new LogPosition(Epochs.EpochOf(last), new Lsn(~last.Value));
    }

    /// <summary>
    /// Whether the key still has a version that was read before, here or from another copy; <see cref="LogPosition.None"/>: whether there
    /// is no such key.
    /// </summary>
    public bool HasVersion(in KeyRef key, LogPosition expected, long nowMs)
    {
        if (expected == LogPosition.None) return Find(key, nowMs).IsNone;
        return IsSame(WatchVersionOf(key, nowMs), expected);
    }

    /// <summary>
    /// Whether two versions of one key are the same. The tenures of very old records are forgotten: there the Lsn alone is compared, for
    /// else a key that nobody has touched would have changed.
    /// </summary>
    public static bool IsSame(LogPosition version, LogPosition expected) => version.Lsn == expected.Lsn
        && (version.Epoch == expected.Epoch || version.Epoch == Epoch.None || expected.Epoch == Epoch.None);

    /// <summary>Finds a live key and counts nothing; an expired one is deleted first, where the shard leads.</summary>
    public EntryRef Find(in KeyRef key, long nowMs)
    {
        EntryRef entry = Table.Find(key.Slot, key.Hash, key.Bytes);
        if (entry.IsNone) return entry;
        long deadline = Table.DeadlineOf(entry);
        if (deadline == 0 || deadline > nowMs) return entry;
        if (Role == ShardRole.Leader) Expire(entry, nowMs);
        return EntryRef.None;
    }

    /// <summary>Writes a whole value; <paramref name="deadlineMs"/> 0 means that it never expires.</summary>
    public void Set(in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs, long nowMs) =>
        Emit(key, new Effect(EffectKind.Set, key.Bytes, value, deadlineMs, 0), nowMs);

    /// <summary>Overwrites from <paramref name="offset"/>, creating the key or growing the value with zeros; the deadline stays.</summary>
    public void Patch(in KeyRef key, int offset, ReadOnlySpan<byte> bytes, long nowMs) =>
        Emit(key, new Effect(EffectKind.Patch, key.Bytes, bytes, 0, offset), nowMs);

    public void SetDeadline(in KeyRef key, long deadlineMs, long nowMs) =>
        Emit(key, new Effect(EffectKind.SetDeadline, key.Bytes, default, deadlineMs, 0), nowMs);

    /// <summary>Deletes a live key; false when there is none.</summary>
    public bool Delete(in KeyRef key, long nowMs)
    {
        if (Find(key, nowMs).IsNone) return false;
        Emit(key, new Effect(EffectKind.Delete, key.Bytes, default, 0, 0), nowMs);
        return true;
    }

    /// <summary>
    /// Makes a live key look unused for some seconds (RESTORE's IDLETIME). Like any access it is no effect: it stays on this node.
    /// </summary>
    public void SetIdle(in KeyRef key, long idleSeconds, long nowMs)
    {
        EntryRef entry = Find(key, nowMs);
        if (!entry.IsNone) Table.Touch(entry, Clock(nowMs - (Math.Min(idleSeconds, 0xFFFFFF) * 1000)));
    }

    public void Clear(long nowMs) => Emit(default, new Effect(EffectKind.Clear, default, default, 0, 0), nowMs);

    /// <summary>Takes a key over from another shard; no statistics, no events.</summary>
    public void MoveIn(in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs, long nowMs) =>
        Record(key, new Effect(EffectKind.Set, key.Bytes, value, deadlineMs, 0), nowMs);

    /// <summary>Gives a key away to another shard.</summary>
    public void MoveOut(in KeyRef key, long nowMs) => Record(key, new Effect(EffectKind.Delete, key.Bytes, default, 0, 0), nowMs);

    /// <summary>
    /// Expires due keys, at most <paramref name="limit"/> (and 256); returns how many went. A host calls it each tick. Nothing where it
    /// does not lead.
    /// </summary>
    public int ExpireDue(long nowMs, int limit)
    {
        if (Role != ShardRole.Leader) return 0;
        Span<EntryRef> due = stackalloc EntryRef[Math.Min(limit, 256)];
        int count = Table.TakeDue(nowMs, due);
        for (int i = 0; i < count; i++) Expire(due[i], nowMs);
        return count;
    }

    /// <summary>Removes <paramref name="entry"/> because memory is short.</summary>
    public void Evict(EntryRef entry, long nowMs)
    {
        Stats.Evicted++;
        Drop(entry, nowMs, KeyspaceEvent.Evicted);
    }

    /// <summary>Applies a record that is in the log, the next one of the shard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(in Effect effect, LogPosition position, long nowMs)
    {
        Position = position;
        Epoch = position.Epoch;
        Epochs.Note(position);
        if (effect.Kind == EffectKind.EpochBegins) return;
        KeyRef key = effect.Key.IsEmpty && effect.Kind == EffectKind.Clear ? default : KeyRef.Of(effect.Key, hashSeed);
        ApplyAt(key, effect, Clock(nowMs));
    }

    /// <summary>
    /// Takes a record of the leader, which goes to the log at the leader's position before it is applied. Any other answer than
    /// <see cref="RecordOrder.Next"/> has changed nothing; <see cref="RecordOrder.NotBeyond"/> is a record that the follower has.
    /// </summary>
    public RecordOrder Replicate(in Effect effect, LogPosition position, long nowMs)
    {
        if (Role != ShardRole.Follower)
            throw new InvalidOperationException($"shard {Id} is no follower here: it takes no leader's records");
        RecordOrder order = RecordOrders.Of(Position, position, effect);
        if (order == RecordOrder.NotBeyond && !Epochs.Has(position)) return RecordOrder.Forked;
        if (order != RecordOrder.Next) return order;
        log.Append(Id, position, effect);
        Apply(effect, position, nowMs);
        return order;
    }

    /// <summary>
    /// Empties a copy that is led elsewhere by now. Without a record: its position would be that of a record which the leader writes. It
    /// has no position then, because that would say that the records up to there are here; what is left is <see cref="Fence"/>. A recovery
    /// brings the copy back until the next snapshot, whole and at its position, and whoever emptied it does so again.
    /// </summary>
    public void Forget()
    {
        Epoch newest = NewestEpoch;
        Table.Clear();
        _removals = null;
        Restore(LogPosition.None, default, newest);
    }

    /// <summary>Puts an entry of a snapshot back with its own version; where that stands is set by <see cref="Restore"/>.</summary>
    public void RestoreEntry(in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, long nowMs) =>
        Table.Put(key.Slot, key.Hash, key.Bytes, value, deadlineMs, version, Clock(nowMs));

    /// <summary>
    /// Sets where a snapshot stands, the tenures before it, and <see cref="Fence"/> where it stands nowhere. It leads nowhere then.
    /// </summary>
    public void Restore(LogPosition position, ReadOnlySpan<EpochStart> epochs, Epoch fence = default)
    {
        (Position, Fence) = (position, fence);
        _removals = null; // its Lsns may be of a past that has forked from the one that comes
        Epochs.Replace(epochs);
        Release();
    }

    public void Dispose() => Table.Dispose();

    private void Expire(EntryRef entry, long nowMs)
    {
        Stats.Expired++;
        Drop(entry, nowMs, KeyspaceEvent.Expired);
    }

    private void Drop(EntryRef entry, long nowMs, KeyspaceEvent happened)
    {
        ReadOnlySpan<byte> bytes = Table.KeyOf(entry);
        AppendNext(new Effect(EffectKind.Delete, bytes, default, 0, 0));
        Listener?.Happened(happened, bytes);
        _removals?.Note(KeyRef.Of(bytes, hashSeed).Hash, Lsn);
        Table.Remove(entry);
        _ = nowMs;
    }

    private void Emit(in KeyRef key, in Effect effect, long nowMs)
    {
        Record(key, effect, nowMs);
        Stats.Writes++;
    }

    private void Record(in KeyRef key, in Effect effect, long nowMs)
    {
        AppendNext(effect);
        ApplyAt(key, effect, Clock(nowMs));
    }

    // The Lsn is used up by a record that is in the log and by no other: recovery refuses a gap.
    private void AppendNext(in Effect effect)
    {
        if (!_mayAppend) BeginTenure();
        LogPosition next = Position.Next;
        log.Append(Id, next, effect);
        Position = next;
    }

    // Only when there is something to write: a start writes nothing for a shard that stays as it is.
    private void BeginTenure()
    {
        if (Role != ShardRole.Leader) throw new InvalidOperationException($"shard {Id} is not led here: nothing may change it");
        Span<byte> before = stackalloc byte[EpochStart.SizeBytes];
        new EpochStart(Position.Epoch, Position.Lsn).Write(before);
        var first = new LogPosition(Epoch, Position.Lsn.Next);
        log.Append(Id, first, new Effect(EffectKind.EpochBegins, default, before, 0, 0));
        Position = first;
        Epochs.Note(first);
        _mayAppend = true;
    }

    private void TakeRole(ShardRole role)
    {
        Role = role;
        Epoch = Position == LogPosition.None ? Fence : Position.Epoch;
        _mayAppend = false;
    }

    private static EpochHistory HistoryOf(Epoch epoch)
    {
        var history = new EpochHistory();
        if (epoch != Epoch.None) history.Note(new LogPosition(epoch, Lsn.None.Next));
        return history;
    }

    private void ApplyAt(in KeyRef key, in Effect effect, uint clock)
    {
        if (effect.Kind == EffectKind.Set)
        {
            Table.Put(key.Slot, key.Hash, key.Bytes, effect.Value, effect.DeadlineMs, Lsn, clock);
            return;
        }

        if (effect.Kind == EffectKind.Clear)
        {
            Table.Clear();
            _removals = null; // whoever watched a key sees another number from now on
            return;
        }

        EntryRef entry = Table.Find(key.Slot, key.Hash, key.Bytes);
        switch (effect.Kind)
        {
            case EffectKind.Patch:
                if (entry.IsNone) entry = Table.Put(key.Slot, key.Hash, key.Bytes, default, 0, Lsn, clock);
                Table.Patch(entry, effect.Offset, effect.Value, Lsn);
                break;
            case EffectKind.SetDeadline when !entry.IsNone:
                Table.SetDeadline(entry, effect.DeadlineMs, Lsn);
                break;
            case EffectKind.Delete when !entry.IsNone:
                _removals?.Note(key.Hash, Lsn);
                Table.Remove(entry);
                break;
        }
    }

    // Seconds, 24 bits, as Redis' LRU clock: OBJECT IDLETIME reads it.
    private static uint Clock(long nowMs) => (uint)(nowMs / 1000) & 0xFFFFFF;
}
