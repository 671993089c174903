using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Recovery;

/// <summary>What a start found on disk.</summary>
public sealed record RecoveryResult
{
    /// <summary>Null for a new store.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>Entries from snapshots.</summary>
    public long Entries { get; init; }

    /// <summary>Records applied from the journal.</summary>
    public long Records { get; init; }

    /// <summary>Bytes read, snapshots and journal.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of an unfinished write cut off the end of the journal.</summary>
    public long TornBytes { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>The newest segment and how much of it is whole; null when there is no journal.</summary>
    public Segment? LastSegment { get; init; }

    public long LastSegmentLength { get; init; }

    public IReadOnlyList<(Segment Segment, long Length)> OlderSegments { get; init; } = [];
}
