namespace OrleansKv.Bench.Load;

/// <summary>
/// Stopwatch ticks. <paramref name="BaselineEndTs"/> is where the first such stretch of the run began; what comes after it and meets no
/// stretch is the aftermath, counted neither way. <paramref name="ToTs"/> is long.MaxValue while it lasts. The stretch of a run that is
/// measured apart, such as a snapshot. Immutable, swapped whole; any thread.
/// </summary>
internal sealed record SnapshotWindow(long BaselineEndTs, long FromTs, long ToTs)
{
    /// <summary>Whether a request in flight from <paramref name="start"/> to <paramref name="end"/> met any part of it.</summary>
    public bool Meets(long start, long end) => end >= FromTs && start < ToTs;
}
