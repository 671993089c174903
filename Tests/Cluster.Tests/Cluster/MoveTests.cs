using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// Shards that move to a node that has joined, under load, with stores on disk; and what a fault in the midst of it leaves.
/// </summary>
public sealed class MoveTests
{
    private const int Writers = 4;

    /// <summary>A write of the map that goes wrong: one in three, in every way in which it can.</summary>
    [Theory]
    [InlineData(nameof(WriteFate.Fails))]
    [InlineData(nameof(WriteFate.StoredUnheard))]
    [InlineData(nameof(WriteFate.StoredLate))]
    public async Task Moves_UnderLoad_WithAMapThatCannotAlwaysBeSaved_LoseNoAcknowledgedWrite(string fate)
    {
        using var folder = new TempFolder();
        var storage = new MapStorage();
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Folder = folder.Path, Silo = Keep(storage) });
        int writes = 0;
        storage.Fate = _ => Interlocked.Increment(ref writes) % 3 == 0 ? Enum.Parse<WriteFate>(fate) : WriteFate.Well;
        using var stop = new CancellationTokenSource();
        Task<ConcurrentDictionary<string,
        int>>[] writers = [.. Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(cluster, $"w{w}-", stop.Token)))];

        InProcessSiloHandle joined = await cluster.AddAsync();
        await cluster.WhenSettledAsync();
        storage.Fate = static _ => WriteFate.Well;
        await stop.CancelAsync();
        ConcurrentDictionary<string, int>[] acknowledged = await Task.WhenAll(writers);
        Assert.All(acknowledged, a => Assert.NotEmpty(a));
        Assert.Contains(cluster.Map.Homes, h => h.NodeId == joined.Name);
        Assert.Equal(storage.Versions.Distinct().Order(), storage.Versions);
        await CheckAsync(cluster, acknowledged);

        // From the disk of the new home alone, too.
        await cluster.KillAsync(joined);
        await cluster.ReviveAsync(joined);
        await CheckAsync(cluster, acknowledged);
    }

    /// <summary>
    /// The target's disk takes no snapshot while clients call: they are served where the shard was. Then the target dies.
    /// </summary>
    [Fact]
    public async Task TargetKilled_InTheMidstOfAnImport_AndRestarted_LosesNothing()
    {
        using var folder = new TempFolder();
        var storage = new MapStorage();
        var disks = new ConcurrentDictionary<string, FaultyDisk>();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(
            new KvTestOptions { Folder = folder.Path, Silo = Keep(storage), Disk = path => disks[path] = new FaultyDisk(path) });
        using var release = new Release(disks);
        InProcessSiloHandle first = cluster.Orleans.Silos[0];
        IGrainFactory grains = first.ServiceProvider.GetRequiredService<IGrainFactory>();
        int[] all = [.. Enumerable.Range(0, cluster.Map.Homes.Length)];
        foreach (int shard in all)
            Assert.Equal(["+OK"], await grains.RunAsync(shard, $"SET {ShardCalls.KeyOf(cluster.Map, shard, "k")} {shard}"));

        InProcessSiloHandle joined = await StartHeldAsync(cluster, disks);
        FaultyDisk disk = DiskOf(disks, joined);
        int moving = await WhenArrivingAsync(cluster, joined, disk);
        Assert.Equal([ValueOf(moving)], await grains.RunAsync(moving, GetOf(cluster, moving)));
        disk.FlushFault = "the machine is gone";
        disk.FlushesMayGo.Set();
        await cluster.KillAsync(joined);
        await Poll.UntilAsync("the shard to be served where it was",
            async () => (await grains.RunAsync(moving, GetOf(cluster, moving))).SequenceEqual([ValueOf(moving)]));

        await cluster.ReviveAsync(joined); // a new disk object: the fault is gone
        await cluster.WhenSettledAsync();
        Assert.Contains(cluster.Map.Homes, h => h.NodeId == joined.Name);
        foreach (int shard in all) Assert.Equal([ValueOf(shard)], await grains.RunAsync(shard, GetOf(cluster, shard)));
    }

    /// <summary>It was given up after 30 s, and begun anew 200 ms later, for ever.</summary>
    [Fact]
    public async Task Import_ThatTakesLongerThanCallsWait_IsNotBegunAnew_AndArrives()
    {
        using var folder = new TempFolder();
        var storage = new MapStorage();
        var disks = new ConcurrentDictionary<string, FaultyDisk>();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions
        {
            Folder = folder.Path, Silo = Keep(storage), Disk = path =>
                disks[path] = new FaultyDisk(path), ResponseTimeout = TimeSpan.FromSeconds(10),
        });
        using var release = new Release(disks);
        InProcessSiloHandle first = cluster.Orleans.Silos[0];
        IGrainFactory grains = first.ServiceProvider.GetRequiredService<IGrainFactory>();
        foreach (int shard in Enumerable.Range(0, cluster.Map.Homes.Length))
            await grains.RunAsync(shard, $"SET {ShardCalls.KeyOf(cluster.Map, shard, "k")} {shard}");
        InProcessSiloHandle joined = await StartHeldAsync(cluster, disks);
        FaultyDisk disk = DiskOf(disks, joined);
        int moving = await WhenArrivingAsync(cluster, joined, disk);
        uint epoch = storage.Stored.Homes[moving].Epoch;
        for (int waits = 0; waits < 2; waits++) Assert.False(await grains.GetGrain<IShardGrain>(moving).MoveTo(joined.Name));
        Assert.Equal([ValueOf(moving)], await grains.RunAsync(moving, GetOf(cluster, moving)));
        Assert.Equal(["+OK"], await grains.RunAsync(moving, $"SET {ShardCalls.KeyOf(cluster.Map, moving, "k")} {moving}"));
        Assert.Equal(epoch, storage.Stored.Homes[moving].Epoch); // its old home serves it on

        disk.FlushesMayGo.Set();
        await cluster.WhenSettledAsync();
        Assert.Equal(new ShardHome(joined.Name, epoch + 1, null), storage.Stored.Homes[moving]);
        Assert.Equal([ValueOf(moving)], await grains.RunAsync(moving, GetOf(cluster, moving)));
    }

    [Fact]
    public async Task VersionsOfKeysThatNobodyWrites_StayOverAMove()
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Folder = folder.Path });
        Dictionary<string, KeyVersion> versions = await KeptVersions.WriteAsync(cluster);
        InProcessSiloHandle joined = await cluster.AddAsync();
        await cluster.WhenSettledAsync();
        Assert.Contains(versions.Keys, k => cluster.HomeOf(k) == joined.Name);
        await KeptVersions.CheckAsync(cluster, versions);
    }

    private static Action<Orleans.Hosting.ISiloBuilder> Keep(MapStorage storage) =>
        silo => silo.Services.AddGrainStorage(KvClusterOptions.StorageName, (_, _) => storage);

    // Another silo, whose disk lets no flush through from when it has joined.
    private static async Task<InProcessSiloHandle> StartHeldAsync(KvTestCluster cluster, ConcurrentDictionary<string, FaultyDisk> disks)
    {
        HashSet<string> known = [.. disks.Keys];
        cluster.Joining = () => disks.Single(d => !known.Contains(d.Key)).Value.FlushesMayGo.Reset();
        InProcessSiloHandle joined = await cluster.AddAsync();
        cluster.Joining = static () => { };
        return joined;
    }

    // The first shard that goes to the target, which has all of its entries and waits for its disk.
    private static async Task<int> WhenArrivingAsync(KvTestCluster cluster, InProcessSiloHandle target, FaultyDisk disk)
    {
        int moving = -1;
        await Poll.UntilAsync("a shard to be on its way", () =>
        {
            moving = Array.FindIndex(cluster.Map.Homes, h => h.NextNodeId == target.Name);
            return moving >= 0 && disk.Waiting.Any(name => name.StartsWith("snapshot-", StringComparison.Ordinal));
        });
        return moving;
    }

    private static FaultyDisk DiskOf(ConcurrentDictionary<string, FaultyDisk> disks, InProcessSiloHandle silo) =>
        disks.Single(d => d.Key.EndsWith(silo.Name, StringComparison.Ordinal)).Value;

    // Sets keys of its own all over the shards, each to numbers that grow; returns the last that was acknowledged of each.
    private static async Task<ConcurrentDictionary<string, int>> WriteAsync(KvTestCluster cluster, string prefix, CancellationToken stop)
    {
        ClusterMap map = cluster.Map;
        string[] keys = [.. Enumerable.Range(0, map.Homes.Length).Select(s => ShardCalls.KeyOf(map, s, prefix))];
        IGrainFactory grains = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        var acknowledged = new ConcurrentDictionary<string, int>();
        for (int i = 1; !stop.IsCancellationRequested; i++)
        {
            for (int shard = 0; shard < keys.Length; shard++)
            {
                try
                {
                    ShardReply reply = await grains.GetGrain<IShardGrain>(shard).Run(ShardCalls.Batch($"SET {keys[shard]} {i}"));
                    if (reply.Status == ShardStatus.Done && ShardCalls.TextOf(reply) is ["+OK"]) acknowledged[keys[shard]] = i;
                }
                catch (Exception failure) when (failure is ShardUnavailableException or OrleansException or TimeoutException)
                {
                    // not acknowledged
                }
            }
        }

        return acknowledged;
    }

    private static async Task CheckAsync(KvTestCluster cluster, ConcurrentDictionary<string, int>[] acknowledged)
    {
        IGrainFactory grains = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        foreach ((string key, int last) in acknowledged.SelectMany(a => a))
        {
            int shard = cluster.Map.SlotMap.OwnerOf(Slot.Of(System.Text.Encoding.UTF8.GetBytes(key))).Value;
            string[] found = [];
            await Poll.UntilAsync($"shard {shard} to be served", async () =>
            {
                found = await grains.RunAsync(shard, $"GET {key}");
                return true;
            });
            // A later one whose outcome was not known may be there.
            int value = int.Parse(found[0].Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(value >= last, $"{key}: {last} was acknowledged, {value} is there");
        }
    }

    private static string GetOf(KvTestCluster cluster, int shard) => $"GET {ShardCalls.KeyOf(cluster.Map, shard, "k")}";

    private static string ValueOf(int shard) => $"${shard.ToString(System.Globalization.CultureInfo.InvariantCulture).Length}\r\n{shard}";

    // A test that fails must not leave a store that cannot be closed.
    private sealed class Release(ConcurrentDictionary<string, FaultyDisk> disks) : IDisposable
    {
        public void Dispose()
        {
            foreach (FaultyDisk disk in disks.Values) disk.FlushesMayGo.Set();
        }
    }
}
