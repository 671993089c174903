namespace OrleansKv.Engine.Store;

/// <summary>The snapshot that runs and the last ones; times in milliseconds since the Unix epoch.</summary>
/// <param name="IsRunning">A cycle is under way.</param>
/// <param name="StartedMs">When the running one (or the last) began; 0: none yet.</param>
/// <param name="LastOkMs">When the last good one ended; 0: none since the store was opened.</param>
/// <param name="LastDurationMs">How long the last good one took.</param>
/// <param name="LastBytes">Size of its files.</param>
/// <param name="LastEntries">Entries in it.</param>
/// <param name="Taken">Good ones since start.</param>
/// <param name="LastError">Why the last try failed; null when it did not.</param>
public sealed record SnapshotStatus(
    bool IsRunning, long StartedMs, long LastOkMs, long LastDurationMs, long LastBytes, long LastEntries, long Taken, string? LastError)
{
    public static readonly SnapshotStatus None = new(false, 0, 0, 0, 0, 0, 0, null);
}
