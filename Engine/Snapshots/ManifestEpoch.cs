using OrleansKv.Protocol;

namespace OrleansKv.Engine.Snapshots;

/// <summary>A tenure of a shard in the manifest, and the Lsn of its first record.</summary>
public sealed record ManifestEpoch(uint Epoch, long First);
