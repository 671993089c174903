using OrleansKv.Protocol;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// The tenures of a shard, oldest first, each with the Lsn of its first record: it tells a position of this shard's own past from one of a
/// past that has forked from it. A tenure without records is not in it. Guarded by the shard's lock.
/// </summary>
public sealed class EpochHistory
{
    /// <summary>
    /// Tenures that are kept, 12 KiB a shard: a node that was away for a thousand starts takes a whole copy. Positions before the oldest of
    /// them are no longer known.
    /// </summary>
    public const int MaxCount = 1_000;

    private readonly List<EpochStart> _starts = [];

    public int Count => _starts.Count;

    /// <summary>The newest tenure that has a record; <see cref="Epoch.None"/> when none has.</summary>
    public Epoch Last { get; private set; }

    /// <summary>Notes the next record of the shard; the first one of a new tenure adds that.</summary>
    public void Note(LogPosition record)
    {
        if (record.Epoch <= Last) return;
        if (_starts.Count == MaxCount) _starts.RemoveAt(0);
        _starts.Add(new EpochStart(record.Epoch, record.Lsn));
        Last = record.Epoch;
    }

    /// <summary>
    /// Whether the shard has, or had, a record at this position; false also where that is no longer known. For positions not beyond the
    /// shard's own.
    /// </summary>
    public bool Has(LogPosition position)
    {
        int at = _starts.FindLastIndex(s => s.First <= position.Lsn);
        return at >= 0 && _starts[at].Epoch == position.Epoch;
    }

    /// <summary>
    /// The tenure that wrote a record of the shard's past; <see cref="Epoch.None"/> where it is no longer known. Allocates nothing.
    /// </summary>
    public Epoch EpochOf(Lsn lsn)
    {
        int from = 0, to = _starts.Count; // the first start beyond the record is between
        if (to > 0 && _starts[to - 1].First <= lsn) return Last; // most are of the last one
        while (from < to)
        {
            int middle = (from + to) / 2;
            if (_starts[middle].First <= lsn) from = middle + 1;
            else to = middle;
        }

        return from == 0 ? Epoch.None : _starts[from - 1].Epoch;
    }

    public EpochStart[] ToArray() => [.. _starts];

    /// <summary>Takes another list over, oldest first.</summary>
    public void Replace(ReadOnlySpan<EpochStart> starts)
    {
        _starts.Clear();
        Last = Epoch.None;
        foreach (EpochStart start in starts) Note(new LogPosition(start.Epoch, start.First));
    }
}
