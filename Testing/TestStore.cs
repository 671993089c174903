using System.Security.Cryptography;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;

namespace OrleansKv.Testing;

/// <summary>A silo's store, in memory or in a folder; closed with the silo's services, after its grains.</summary>
internal sealed class TestStore(string siloName, OrleansKvTestOptions options) : IDisposable
{
    public NodeStore Store { get; } = Open(siloName, options);

    public void Dispose() => Store.Dispose();

    private static NodeStore Open(string siloName, OrleansKvTestOptions options)
    {
        var store = new StoreOptions
        {
            LeadsShards = false, // the cluster's map says which
            ShardCount = options.Shards,
            HashSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            Time = options.Time,
            RunHousekeeper = options.Time == TimeProvider.System,
        };
        return options.DataFolder is null
            ? NodeStore.InMemory(store)
            : NodeStore.Open(store, new PhysicalDisk(Directory.CreateDirectory(Path.Combine(options.DataFolder, siloName)).FullName));
    }
}
