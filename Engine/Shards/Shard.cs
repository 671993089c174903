using OrleansKv.Engine.Slots;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// A shard's state machine. Commands decide (they read the clock and the map) and change the map only through
/// <see cref="Emit"/>: an effect gets the next Lsn, goes to the log and is applied. Recovery and replicas call
/// <see cref="Apply"/> alone. Thread-confined: the host serialises calls (a lock, or a grain's turn).
/// </summary>
public sealed class Shard(ShardId id, Epoch epoch, IEffectLog log, ulong hashSeed) : IDisposable
{
    private RemovalLog? _removals; // from the first time that somebody watches a key that is not there

    public ShardId Id { get; } = id;

    public Epoch Epoch { get; private set; } = epoch;

    /// <summary>Lsn of the last record, applied or emitted.</summary>
    public Lsn Lsn { get; private set; }

    public KeyTable Table { get; } = new(hashSeed);

    public ShardStats Stats { get; } = new();

    /// <summary>Told of each key that changes, expires or is evicted (keyspace notifications, WATCH); null when nobody listens.</summary>
    public IKeyspaceListener? Listener { get; set; }

    /// <summary>
    /// Finds a live key for a reader: counts hit or miss, makes it the most recently used unless <paramref name="touch"/> is
    /// false, and deletes it first when its deadline has passed.
    /// </summary>
    public EntryRef Read(in KeyRef key, long nowMs, bool touch = true)
    {
        EntryRef entry = Find(key, nowMs);
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
    /// What WATCH compares: a live key's version; for a key that is not there a negative number, which is another one when a key of its hash
    /// has come and gone meanwhile.
    /// </summary>
    public Lsn WatchVersionOf(in KeyRef key, long nowMs)
    {
        EntryRef entry = Find(key, nowMs);
        if (!entry.IsNone) return Table.VersionOf(entry);
        _removals ??= new RemovalLog(Lsn);
        return new Lsn(~_removals.LastOf(key.Hash).Value);
    }

    /// <summary>Finds a live key and counts nothing; an expired one is deleted first.</summary>
    public EntryRef Find(in KeyRef key, long nowMs)
    {
        EntryRef entry = Table.Find(key.Slot, key.Hash, key.Bytes);
        if (entry.IsNone) return entry;
        long deadline = Table.DeadlineOf(entry);
        if (deadline == 0 || deadline > nowMs) return entry;
        Expire(entry, nowMs);
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

    /// <summary>Makes a live key look unused for some seconds (RESTORE's IDLETIME). Like any access it is no effect: it stays on this node.</summary>
    public void SetIdle(in KeyRef key, long idleSeconds, long nowMs)
    {
        EntryRef entry = Find(key, nowMs);
        if (!entry.IsNone) Table.Touch(entry, Clock(nowMs - (Math.Min(idleSeconds, 0xFFFFFF) * 1000)));
    }

    public void Clear(long nowMs) => Emit(default, new Effect(EffectKind.Clear, default, default, 0, 0), nowMs);

    /// <summary>Takes a key over from another shard; no statistics, no events.</summary>
    public void MoveIn(in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs, long nowMs) => Record(key, new Effect(EffectKind.Set, key.Bytes, value, deadlineMs, 0), nowMs);

    /// <summary>Gives a key away to another shard.</summary>
    public void MoveOut(in KeyRef key, long nowMs) => Record(key, new Effect(EffectKind.Delete, key.Bytes, default, 0, 0), nowMs);

    /// <summary>Expires due keys, at most <paramref name="limit"/> (and 256); returns how many went. A host calls it each tick.</summary>
    public int ExpireDue(long nowMs, int limit)
    {
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

    /// <summary>Applies a record of the journal or of a leader. Records come in Lsn order.</summary>
    public void Apply(in Effect effect, Epoch epoch, Lsn lsn, ulong seed, long nowMs)
    {
        Epoch = epoch;
        Lsn = lsn;
        KeyRef key = effect.Key.IsEmpty && effect.Kind == EffectKind.Clear ? default : KeyRef.Of(effect.Key, seed);
        ApplyAt(key, effect, Clock(nowMs));
    }

    /// <summary>Puts an entry of a snapshot back with its own version; the shard's Lsn is set by <see cref="Restore(Epoch, Lsn)"/>.</summary>
    public void RestoreEntry(in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, long nowMs) =>
        Table.Put(key.Slot, key.Hash, key.Bytes, value, deadlineMs, version, Clock(nowMs));

    /// <summary>Sets where a recovered snapshot stands.</summary>
    public void Restore(Epoch epoch, Lsn lsn)
    {
        Epoch = epoch;
        Lsn = lsn;
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
        Stats.Writes++;
        Record(key, effect, nowMs);
    }

    private void Record(in KeyRef key, in Effect effect, long nowMs)
    {
        AppendNext(effect);
        ApplyAt(key, effect, Clock(nowMs));
    }

    // The Lsn is used up by a record that is in the log and by no other: recovery refuses a gap.
    private void AppendNext(in Effect effect)
    {
        Lsn next = Lsn.Next;
        log.Append(Id, Epoch, next, effect);
        Lsn = next;
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
