namespace OrleansKv.Engine.Journal;

/// <summary>How a journal writes.</summary>
public sealed record JournalOptions
{
    /// <summary>Bytes after which a segment is sealed: 64 MiB, so that truncation frees room in useful pieces and few files are open.</summary>
    public long SegmentBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Claimed room below which the next segment must be claimed or writes are refused, bytes. It must hold what is accepted between two
    /// looks: one turn of the I/O threads.
    /// </summary>
    public long MarginBytes { get; init; } = 8L * 1024 * 1024;
}
