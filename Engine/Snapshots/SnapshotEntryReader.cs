using OrleansKv.Protocol;

namespace OrleansKv.Engine.Snapshots;

/// <summary>Is shown one entry of a snapshot; the spans are valid during the call.</summary>
internal delegate void SnapshotEntryReader(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version);
