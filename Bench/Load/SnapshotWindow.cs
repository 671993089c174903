namespace OrleansKv.Bench.Load;

/// <summary>
/// A stretch of a run that is measured apart, such as a snapshot, in Stopwatch ticks. <c>BaselineEndTs</c> is where the first one began;
/// what comes later and meets none is counted neither way. <c>ToTs</c> is long.MaxValue while it lasts. Immutable, swapped whole.
/// </summary>
internal sealed record SnapshotWindow(long BaselineEndTs, long FromTs, long ToTs)
{
    /// <summary>Whether a request in flight from <paramref name="start"/> to <paramref name="end"/> met any part of it.</summary>
    public bool Meets(long start, long end) => end >= FromTs && start < ToTs;
}
