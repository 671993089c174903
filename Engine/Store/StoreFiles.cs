using OrleansKv.Engine.Io;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Store;

/// <summary>An opened store's folder: its disk, its id, and the manifest in force.</summary>
internal sealed class StoreFiles(IDisk disk, Manifest manifest)
{
    public IDisk Disk { get; } = disk;

    public ulong StoreId { get; } = manifest.StoreId;

    /// <summary>Changed by the snapshot cycle alone.</summary>
    public Manifest Manifest { get; set; } = manifest;
}
