using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Which entries expire when: a hierarchical timing wheel (Varghese and Lauck, 1987) of references, 4 bytes each. Six levels of 64
/// buckets; the finest is 16 ms wide, each next one 64 times as wide (16 ms, 1 s, 66 s, 70 min, 3 days, 199 days). An entry stands in the
/// lowest level that reaches its deadline and moves down when its bucket's time begins.
/// Nothing is kept in the entry, so a reference may be stale: its entry is gone, or has another deadline. The table tells
/// (<see cref="IWheelEntries"/>). Stale ones are dropped when met, and swept when they outnumber the live. Thread-confined.
/// </summary>
internal sealed unsafe class TimingWheel(IWheelEntries entries) : IDisposable
{
    private const int Levels = 6;
    private const int Buckets = 64;
    private const int LevelBits = 6;
    private const int TickBits = 4; // 16 ms
    private const int ChunkBytes = 256;
    private const int RefsAChunk = (ChunkBytes - 16) / 4;

    /// <summary>References looked at in one call: some 100 µs when each is a cache miss.</summary>
    private const int Budget = 1024;

    private struct Chunk
    {
        public Chunk* Next;
        public int Count;
        public fixed uint Refs[RefsAChunk];
    }

    // The place behind the last holds what was returned as due and may still be there.
    private const int Overdue = Levels * Buckets;

    private readonly Chunk*[] _heads = new Chunk*[Overdue + 1];
    private readonly long[] _done = new long[Levels]; // ticks of each level whose bucket has been emptied
    private Chunk* _free;
    private bool _started;
    private int _sweepAt;

    /// <summary>References, stale ones included.</summary>
    public long Count { get; private set; }

    public long UsedBytes { get; private set; }

    /// <summary>Notes a deadline.</summary>
    public void Add(uint reference, long deadlineMs)
    {
        if (!_started) Start(deadlineMs);
        Push(BucketOf(deadlineMs), reference);
        Count++;
        if (Count > (2 * entries.TtlCount) + Budget) Sweep(2);
    }

    /// <summary>Whether a new deadline needs no new reference, because the old one's reference stands in the same bucket.</summary>
    public bool IsSameBucket(long oldDeadlineMs, long newDeadlineMs) => _started && BucketOf(oldDeadlineMs) == BucketOf(newDeadlineMs);

    /// <summary>
    /// Brings the wheel to <paramref name="nowMs"/> and returns due entries, at most as many as fit. What was returned comes again if it is
    /// still there.
    /// </summary>
    public int TakeDue(long nowMs, Span<EntryRef> due)
    {
        if (!_started || Count == 0) return 0;
        int count = 0, looks = 0;
        if (!Empty(Overdue, -1, 0, nowMs, due, ref count, ref looks)) return count;

        // The finest level first: what comes down from a coarser one then finds it up to date.
        for (int level = 0; level < Levels; level++)
        {
            // The finest level's running tick is not over yet; a coarser level's bucket is opened when its time begins.
            long upTo = (nowMs >> ShiftOf(level)) - (level == 0 ? 1 : 0);
            if (upTo <= _done[level]) continue;
            long from = Math.Max(_done[level] + 1, upTo - Buckets + 1);
            for (long tick = from; tick <= upTo; tick++)
            {
                if (!Empty(Place(level, tick), level, tick, nowMs, due, ref count, ref looks)) return count;
                _done[level] = tick;
            }
        }

        return count;
    }

    /// <summary>
    /// An entry of the earliest bucket that has a live one: exact to that bucket's width, and the nearest within what was looked at. 0 when
    /// that was stale all of it: it has been dropped, and the next call gets further.
    /// </summary>
    public uint Nearest()
    {
        uint best = 0;
        long bestDeadline = long.MaxValue;
        int looks = 0;
        for (int level = 0; level < Levels && _started; level++)
        {
            for (long tick = _done[level] + 1; tick <= _done[level] + Buckets && looks < Budget; tick++)
            {
                for (Chunk* chunk = _heads[Place(level, tick)]; chunk != null && looks < Budget; chunk = chunk->Next)
                {
                    for (int i = chunk->Count - 1; i >= 0 && looks++ < Budget; i--)
                    {
                        if (!IsLive(Place(level, tick), chunk->Refs[i], out long deadline)) Drop(chunk, i);
                        else if (deadline < bestDeadline) (best, bestDeadline) = (chunk->Refs[i], deadline);
                    }
                }

                if (best != 0) return best;
                PopEmpty(Place(level, tick));
            }
        }

        return best;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        for (int i = 0; i < _heads.Length; i++)
        {
            while (_heads[i] != null) Pop(i);
        }

        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        while (_free != null)
        {
            Chunk* next = _free->Next;
            NativeMemory.Free(_free);
            _free = next;
        }
    }

    // The first deadline sets where the wheel stands; a driven clock may begin anywhere. One day back leaves room for what is due already.
    private void Start(long deadlineMs)
    {
        _started = true;
        long nowMs = Math.Min(entries.NowMs, deadlineMs);
        for (int level = 0; level < Levels; level++) _done[level] = (nowMs >> ShiftOf(level)) - 1;
        for (int level = 1; level < Levels; level++) _done[level]++;
    }

    private static int ShiftOf(int level) => TickBits + (level * LevelBits);

    private static int Place(int level, long tick) => (level * Buckets) + (int)(tick & (Buckets - 1));

    // The lowest level whose 64 coming buckets reach the deadline; the past goes to the next bucket that is emptied.
    private int BucketOf(long deadlineMs)
    {
        for (int level = 0; level < Levels; level++)
        {
            long tick = deadlineMs >> ShiftOf(level);
            if (tick <= _done[level]) return level == 0 ? Place(0, _done[0] + 1) : Place(level, _done[level] + 1);
            if (tick - _done[level] <= Buckets) return Place(level, tick);
        }

        return Place(Levels - 1, _done[Levels - 1] + Buckets);
    }

    // Empties a place whose time has come. False when the budget or the room for results is used up; the rest stays for the next call.
    private bool Empty(int place, int level, long tick, long nowMs, Span<EntryRef> due, ref int count, ref int looks)
    {
        // What is put back must not be met again now: the old chain is taken off first.
        Chunk* chain = _heads[place];
        _heads[place] = null;
        while (chain != null)
        {
            while (chain->Count > 0)
            {
                if (count == due.Length || looks >= Budget)
                {
                    Rejoin(place, chain);
                    return false;
                }

                uint reference = chain->Refs[--chain->Count];
                Count--;
                looks++;
                long deadline = entries.DeadlineOf(reference);
                // An overdue reference counts while its entry bears the mark, any other one only while it does not: an entry comes once a
                // call.
                if (deadline == 0 || entries.IsDue(reference) != (place == Overdue)) continue;
                if (deadline <= nowMs)
                {
                    entries.MarkDue(reference);
                    due[count++] = new EntryRef(reference);
                    Push(Overdue, reference);
                    Count++;
                }
                else if (level < 0 || deadline >> ShiftOf(level) == tick || level == Levels - 1)
                {
                    PushBehind(reference, deadline, level, tick);
                }
            }

            Chunk* next = chain->Next;
            Recycle(chain);
            chain = next;
        }

        return true;
    }

    // Registers again as if this bucket were done already, so that a reference never comes back to the place it was taken from.
    private void PushBehind(uint reference, long deadlineMs, int level, long tick)
    {
        long before = level < 0 ? 0 : _done[level];
        if (level >= 0) _done[level] = tick;
        Push(BucketOf(deadlineMs), reference);
        if (level >= 0) _done[level] = before;
        Count++;
    }

    private void Rejoin(int place, Chunk* chain)
    {
        Chunk* last = chain;
        while (last->Next != null) last = last->Next;
        last->Next = _heads[place];
        _heads[place] = chain;
    }

    // Drops stale references from the next few chunks' buckets, round and round.
    private void Sweep(int chunks)
    {
        for (int looked = 0; looked < _heads.Length && chunks > 0; looked++)
        {
            int place = _sweepAt;
            _sweepAt = (_sweepAt + 1) % _heads.Length;
            if (_heads[place] == null) continue;
            for (Chunk* chunk = _heads[place]; chunk != null && chunks-- > 0; chunk = chunk->Next)
            {
                for (int i = chunk->Count - 1; i >= 0; i--)
                {
                    if (!IsLive(place, chunk->Refs[i], out _)) Drop(chunk, i);
                }
            }

            PopEmpty(place);
        }
    }

    // Whether the entry's deadline is one that leads to this place.
    private bool IsLive(int place, uint reference, out long deadlineMs)
    {
        int level = place / Buckets;
        deadlineMs = entries.DeadlineOf(reference);
        return deadlineMs != 0
            && (level >= Levels - 1 || Place(level, deadlineMs >> ShiftOf(level)) == place || deadlineMs >> ShiftOf(level) <= _done[level]);
    }

    private void Drop(Chunk* chunk, int i)
    {
        chunk->Refs[i] = chunk->Refs[--chunk->Count];
        Count--;
    }

    private void PopEmpty(int place)
    {
        while (_heads[place] != null && _heads[place]->Count == 0) Pop(place);
    }

    private void Push(int place, uint reference)
    {
        Chunk* head = _heads[place];
        if (head == null || head->Count == RefsAChunk)
        {
            Chunk* added = _free;
            if (added != null) _free = added->Next;
            else added = (Chunk*)NativeMemory.Alloc(ChunkBytes);
            UsedBytes += ChunkBytes;
            added->Next = head;
            added->Count = 0;
            _heads[place] = head = added;
        }

        head->Refs[head->Count++] = reference;
    }

    private void Pop(int place)
    {
        Chunk* chunk = _heads[place];
        _heads[place] = chunk->Next;
        Recycle(chunk);
    }

    private void Recycle(Chunk* chunk)
    {
        UsedBytes -= ChunkBytes;
        chunk->Next = _free;
        _free = chunk;
    }
}
