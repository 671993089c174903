namespace OrleansKv.Gateway.Dispatch;

/// <summary>Snapshots, as SAVE, LASTSAVE and INFO ask for them.</summary>
/// <param name="Running">One is being written.</param>
/// <param name="LastSavedUnixSeconds">When the last good one ended; the start of the process when there is none, as in Redis.</param>
/// <param name="Failure">Why the last try failed; null when it did not.</param>
internal readonly record struct SnapshotState(bool Running, long LastSavedUnixSeconds, string? Failure);
