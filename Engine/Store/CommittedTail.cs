using OrleansKv.Engine.Journal;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// The newest records of one shard that nobody will take back, for servers that follow the whole cluster (docs/adr/0026). A replica's copy
/// has run more than that: what it says to be committed is the bound. Who holds the log publishes; any thread reads.
/// </summary>
public sealed class CommittedTail
{
    private readonly Lock _lock = new();
    private ShardTail? _tail;
    private LogPosition _committed = LogPosition.None;

    /// <summary>All records up to here are committed; none is known before the first word of a leader.</summary>
    public LogPosition Committed
    {
        get
        {
            lock (_lock) return _committed;
        }
    }

    /// <summary>Notes how far records are committed, and where they are kept; true when that is news.</summary>
    public bool Publish(ShardTail tail, LogPosition committed)
    {
        lock (_lock)
        {
            if (ReferenceEquals(tail, _tail) && committed == _committed) return false;
            (_tail, _committed) = (tail, committed);
            return true;
        }
    }

    /// <summary>
    /// Whether who stands at a position can go on from it: the records behind it are kept, or it has more than is known here to be
    /// committed. Whether that is of this past shows when more is known: <see cref="Read"/> has nothing behind it otherwise.
    /// </summary>
    public bool Keeps(LogPosition position)
    {
        (ShardTail? tail, LogPosition committed) = Now;
        return position >= committed || (tail is not null && tail.Has(position));
    }

    /// <summary>Whether the record at a position that the log here had is committed; false also where that is not known yet.</summary>
    public bool IsCommitted(LogPosition position)
    {
        (ShardTail? tail, LogPosition committed) = Now;
        return position == committed || (position < committed && tail!.Has(position));
    }

    /// <summary>
    /// A copy of the committed records behind a position: whole groups, about so many bytes; empty when none is known. Null when those
    /// behind the position are not kept any more, or it is of another past.
    /// </summary>
    /// <param name="after">The position.</param>
    /// <param name="wantedBytes">So many bytes are enough.</param>
    /// <param name="arena">Has room for the copy.</param>
    /// <param name="last">Position of the last of them, or <paramref name="after"/>.</param>
    public ReadOnlyMemory<byte>? Read(LogPosition after, int wantedBytes, RecordArena arena, out LogPosition last)
    {
        last = after;
        (ShardTail? tail, LogPosition committed) = Now;
        return after >= committed ? ReadOnlyMemory<byte>.Empty : tail!.Read(after, committed, wantedBytes, arena, out last);
    }

    /// <summary>Bytes of the committed records behind a position; 0 where they are not kept.</summary>
    public long BytesBehind(LogPosition position)
    {
        (ShardTail? tail, LogPosition committed) = Now;
        return position >= committed ? 0 : tail!.BytesBetween(position, committed);
    }

    private (ShardTail? Tail, LogPosition Committed) Now
    {
        get
        {
            lock (_lock) return (_tail, _committed);
        }
    }
}
