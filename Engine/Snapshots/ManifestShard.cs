using System.Text.Json.Serialization;

namespace OrleansKv.Engine.Snapshots;

/// <summary>A shard's newest snapshot.</summary>
/// <param name="Id">Shard.</param>
/// <param name="File">Name of the snapshot; null for a shard that was empty and needs none.</param>
/// <param name="Epoch">Ownership generation.</param>
/// <param name="Lsn">The snapshot's state is the one after this record.</param>
/// <param name="ReplayFrom">Journal offset from which the shard's later records are found.</param>
public sealed record ManifestShard(int Id, string? File, uint Epoch, long Lsn, long ReplayFrom)
{
    [JsonIgnore]
    public LogPosition Position => new(new Epoch(Epoch), new Lsn(Lsn));
}
