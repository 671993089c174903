namespace OrleansKv.Engine.Journal;

/// <summary>How a journal writes.</summary>
public sealed record JournalOptions
{
    /// <summary>
    /// Bytes after which a segment is sealed: 64 MiB, so that truncation frees room in useful pieces and few files are open.
    /// </summary>
    public long SegmentBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Claimed room below which the next segment must be claimed or writes are refused, bytes. It must hold what is accepted between two
    /// looks: one turn of the I/O threads.
    /// </summary>
    public long MarginBytes { get; init; } = 8L * 1024 * 1024;

    /// <summary>
    /// Records that may wait in memory before who appends more writes them first, bytes; a group goes on above it. 256 MiB: more than any
    /// turn of ordinary clients appends, so that nobody writes under a shard's lock in the normal course; and small enough that a group
    /// which begins below it has the rest of an array's 2 GiB for itself.
    /// </summary>
    public long MaxPendingBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Zeros written ahead at a time where each write is flushed, bytes; 0 for none. On ext4 a flush of 5 kB into 1 MiB of them took 107 us
    /// at the median, into room that was only claimed 165 us, behind the end of a file 175 us (docs/adr/0004). The flush that carries the
    /// zeros takes 1 to 2 ms, one in about 200.
    /// </summary>
    public int PrefillBytes { get; init; } = 1024 * 1024;
}
