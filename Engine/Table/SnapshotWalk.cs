using OrleansKv.Protocol;

namespace OrleansKv.Engine.Table;

/// <summary>
/// A snapshot under way: it walks over all slots in small steps, and is shown each entry that changes or goes before it came by. Every
/// entry carries the number of the last snapshot that has seen it. Invariant: while one runs, an entry with another number was there when
/// it began and has not changed since; so the sink gets each entry once, as it was then. Thread-confined.
/// </summary>
internal sealed unsafe class SnapshotWalk(PagePool pages)
{
    private readonly List<EntryRef> _walked = [];
    private ISnapshotSink? _sink;
    private int _begunSinceWhole;
    private int _place;
    private ulong _position;

    /// <summary>Number of the running snapshot or the last one; new entries carry it.</summary>
    public int Number { get; private set; }

    /// <summary>Begins a snapshot of what is there now.</summary>
    /// <param name="sink">Takes the entries.</param>
    /// <param name="coldest">From here along the LRU order every entry comes.</param>
    public void Begin(ISnapshotSink sink, uint coldest)
    {
        if (_sink is not null) throw new InvalidOperationException("a snapshot is under way");
        Number = (Number + 1) % EntryLayout.SnapshotNumbers;
        // Numbers repeat after 64. A finished snapshot leaves all entries at its own; only after many given-up ones could an old number
        // meet.
        if (++_begunSinceWhole >= EntryLayout.SnapshotNumbers - 2) Renumber(coldest);
        _sink = sink;
        _place = 1;
        _position = 0;
    }

    /// <summary>Visits about <paramref name="entries"/> entries; true when all have been.</summary>
    public bool Continue(ref SlotDirectory directory, int entries)
    {
        if (_sink is null) throw new InvalidOperationException("no snapshot is under way");
        int looks = entries;
        while (looks > 0)
        {
            while (_place < directory.PlaceEnd && directory.CountAt(_place) == 0) NextSlot();
            if (_place >= directory.PlaceEnd)
            {
                _begunSinceWhole = 0;
                return true;
            }

            _walked.Clear();
            _position = directory.Scan(directory.SlotAt(_place), _position, _walked);
            foreach (EntryRef entry in _walked) Show(entry.Value);
            looks -= Math.Max(1, _walked.Count);
            if (_position == 0) NextSlot();
        }

        return false;
    }

    /// <summary>Ends a snapshot, finished or given up.</summary>
    public void End() => _sink = null;

    /// <summary>Must be called before an entry changes or goes.</summary>
    public void Save(uint reference)
    {
        if (_sink is not null) Show(reference);
    }

    private void Show(uint reference)
    {
        byte* e = pages.Address(reference);
        if (EntryLayout.SnapshotNumber(e) == Number) return;
        _sink!.Add(EntryLayout.Key(e), EntryLayout.Value(e), EntryLayout.Deadline(e), new Lsn(EntryLayout.Version(e)));
        EntryLayout.SetSnapshotNumber(e, Number);
    }

    private void NextSlot()
    {
        _place++;
        _position = 0;
    }

    // Gives every entry the number before the current one.
    private void Renumber(uint coldest)
    {
        int number = (Number + EntryLayout.SnapshotNumbers - 1) % EntryLayout.SnapshotNumbers;
        for (uint at = coldest; at != 0; at = EntryLayout.Warmer(pages.Address(at)))
            EntryLayout.SetSnapshotNumber(pages.Address(at), number);
        _begunSinceWhole = 0;
    }
}
