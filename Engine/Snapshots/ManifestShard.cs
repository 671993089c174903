using System.Text.Json.Serialization;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Snapshots;

/// <summary>A shard's newest snapshot.</summary>
/// <param name="Id">Shard.</param>
/// <param name="File">Name of the snapshot; null for a shard that was empty and needs none.</param>
/// <param name="Epoch">Tenure of the record at which the snapshot stands.</param>
/// <param name="Lsn">The snapshot's state is the one after this record.</param>
/// <param name="ReplayFrom">Journal offset from which the shard's later records are found.</param>
public sealed record ManifestShard(int Id, string? File, uint Epoch, long Lsn, long ReplayFrom)
{
    /// <summary>
    /// Journal offset before which no record of the shard counts: those are in the snapshot, or of a former life of the shard on this node
    /// that a copy from another node has replaced. 0 in manifests of before.
    /// </summary>
    public long RecordsFrom { get; init; }

    /// <summary>
    /// Newest tenure of records that were here and are gone: the copy was dropped, or a repair went on without its snapshot. Such a row has
    /// no position (epoch and Lsn are 0). 0 in all other rows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Fence { get; init; }

    /// <summary>The shard's tenures, oldest first, where no snapshot has them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestEpoch>? Epochs { get; init; }

    [JsonIgnore]
    public LogPosition Position => new(new Epoch(Epoch), new Lsn(Lsn));

    /// <summary>The row of a shard without keys.</summary>
    public static ManifestShard Empty(Shard shard, long replayFrom) =>
        new(shard.Id.Value, null, shard.Position.Epoch.Value, shard.Position.Lsn.Value, replayFrom)
        {
            RecordsFrom = replayFrom,
            Fence = shard.Position == LogPosition.None ? shard.Fence.Value : 0,
            Epochs = [.. shard.Epochs.ToArray().Select(e => new ManifestEpoch(e.Epoch.Value, e.First.Value))],
        };

    /// <summary>The row of a shard that has nothing here any more; its records count from a journal offset on.</summary>
    public ManifestShard WithoutState(JournalOffset recordsFrom) =>
        new(Id, null, LogPosition.None.Epoch.Value, LogPosition.None.Lsn.Value, ReplayFrom)
        {
            RecordsFrom = recordsFrom.Value,
            Fence = Math.Max(Epoch, Fence),
        };

    /// <summary>The row of a shard whose snapshot is whole.</summary>
    public static ManifestShard Of(in SnapshotHeader header) =>
        new(header.Shard.Value, header.Name, header.Position.Epoch.Value, header.Position.Lsn.Value, header.ReplayFrom.Value)
        {
            RecordsFrom = header.ReplayFrom.Value,
        };
}
