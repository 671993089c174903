using OrleansKv.Engine.Journal;

namespace OrleansKv.Engine.Recovery;

/// <summary>What a replay came to.</summary>
internal sealed record ReplayedJournal(
    long Records, long TornBytes, Segment? Last, long LastLength, IReadOnlyList<(Segment Segment, long Length)> Older);
