using System.Runtime.CompilerServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// The deadlines of a table's entries, and the wheel that says which have passed. Invariant: every entry with a deadline has a reference in
/// the wheel that leads to it, and <see cref="Count"/> is their number. Thread-confined.
/// </summary>
internal sealed unsafe class Deadlines : IWheelEntries, IDisposable
{
    /// <summary>The year 10889: what 48 bits hold.</summary>
    public const long MaxMs = (1L << 48) - 1;

    private readonly PagePool _pages;
    private readonly TimingWheel _wheel;
    private long _nowMs;

    public Deadlines(PagePool pages)
    {
        _pages = pages;
        _wheel = new TimingWheel(this);
    }

    /// <summary>Entries with a deadline.</summary>
    public long Count { get; private set; }

    public long UsedBytes => _wheel.UsedBytes;

    long IWheelEntries.TtlCount => Count;

    long IWheelEntries.NowMs => _nowMs;

    /// <summary>Writes a new entry's deadline; 0: none.</summary>
    public void Set(byte* e, uint reference, long deadlineMs)
    {
        EntryLayout.SetDeadline(e, deadlineMs);
        if (deadlineMs == 0) return;
        Count++;
        _wheel.Add(reference, deadlineMs);
    }

    /// <summary>Writes another deadline (0: none) over the one that is there.</summary>
    /// <param name="e">The entry.</param>
    /// <param name="reference">Where it is now.</param>
    /// <param name="isMoved">Whether it was elsewhere before, so that the wheel's reference leads to its old place.</param>
    /// <param name="deadlineMs">The new one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Change(byte* e, uint reference, bool isMoved, long deadlineMs)
    {
        long before = EntryLayout.Deadline(e);
        if ((before | deadlineMs) != 0) ChangeFrom(e, reference, isMoved, before, deadlineMs);
    }

    /// <summary>Notes that an entry with this deadline has moved to another object.</summary>
    public void Move(uint reference, long deadlineMs)
    {
        if (deadlineMs != 0) _wheel.Add(reference, deadlineMs);
    }

    /// <summary>Notes that an entry is about to go.</summary>
    public void Remove(byte* e)
    {
        if (EntryLayout.Deadline(e) != 0) Count--;
    }

    /// <summary>Entries that are due, as <see cref="KeyTable.TakeDue"/> says.</summary>
    public int TakeDue(long nowMs, Span<EntryRef> due)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        return Count == 0 ? 0 : _wheel.TakeDue(nowMs, due);
    }

    /// <summary>An entry whose deadline is among the nearest; 0 when none has one.</summary>
    public uint Nearest() => Count == 0 ? 0 : _wheel.Nearest();

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        _wheel.Clear();
        Count = 0;
    }

    public void Dispose() => _wheel.Dispose();

    long IWheelEntries.DeadlineOf(uint reference)
    {
        byte* e = _pages.AddressOrNull(reference);
        return e == null ? 0 : EntryLayout.Deadline(e);
    }

    bool IWheelEntries.IsDue(uint reference) => EntryLayout.IsDue(_pages.Address(reference));

    void IWheelEntries.MarkDue(uint reference) => EntryLayout.SetDue(_pages.Address(reference), true);

    private void ChangeFrom(byte* e, uint reference, bool isMoved, long before, long deadlineMs)
    {
        bool wasDue = EntryLayout.IsDue(e);
        EntryLayout.SetDue(e, false);
        EntryLayout.SetDeadline(e, deadlineMs);
        if (before != 0 && deadlineMs == 0) Count--;
        if (deadlineMs == 0) return;
        if (before == 0) Count++;
        if (isMoved || wasDue || before == 0 || !_wheel.IsSameBucket(before, deadlineMs)) _wheel.Add(reference, deadlineMs);
    }
}
