using Orleans.TestingHost;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class ScanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Scan_OfAQuietStore_GivesEachKeyOnce(int silos)
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(silos);
        IKeyValueStore store = cluster.Store;
        Assert.Empty(await ListAsync(store.ScanAsync()));
        await FillAsync(store, "a", 700);
        await FillAsync(store, "b", 300);
        string[] all = [.. Enumerable.Range(0, 700).Select(i => $"a:{i}").Concat(Enumerable.Range(0, 300).Select(i => $"b:{i}")).Order()];
        foreach (int pageSize in (int[])[1, 7, 1000, 100_000])
        {
            Assert.Equal(all, (await ListAsync(store.ScanAsync(pageSize: pageSize))).Order());
        }

        Assert.Equal(300, (await ListAsync(store.ScanAsync("b:*"))).Count);
        Assert.Equal(["a:17"], await ListAsync(store.ScanAsync("a:1[7]")));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.ScanAsync(pageSize: 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Scan_WithChangesInBetween_MissesNoKeyThatIsThereAllTheTime(int silos)
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(silos);
        IKeyValueStore store = cluster.Store;
        await FillAsync(store, "stays", 1000);
        await FillAsync(store, "goes", 500);
        var seen = new HashSet<string>();
        int step = 0;
        await foreach (KvKey key in store.ScanAsync(pageSize: 10))
        {
            seen.Add(key.ToString());
            // A change a key: tables grow, and keys go before and behind the scan.
            await store.SetAsync($"comes:{step}", step);
            if (step < 500) Assert.True(await store.DeleteAsync($"goes:{step}"));
            step++;
            if (step > 20_000) break;
        }

        Assert.InRange(step, 1000, 20_000);
        Assert.Superset(Enumerable.Range(0, 1000).Select(i => $"stays:{i}").ToHashSet(), seen);
        Assert.All(seen, key => Assert.Matches("^(stays|goes|comes):[0-9]+$", key));
    }

    // The keys of a shard stand in another order on another node, and on the same one after a restart. One slot a hash tag: most pages end
    // inside one.
    [Fact]
    public async Task Scan_WhileItsShardMovesAndItsNodeRestarts_MissesNoKey()
    {
        const int Tags = 16, KeysATag = 200, Shards = 8, MidShard = 30;
        using var folder = new TempFolder();
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Silos = 2, Shards = Shards, Folder = folder.Path });
        for (int tag = 0; tag < Tags; tag++) await FillAsync(cluster.Store, $"{{{tag}}}", KeysATag);
        ClusterMap before = cluster.Map;
        InProcessSiloHandle second = cluster.Orleans.Silos[1];
        int third = 2; // the node that joins while the scan runs
        var ring = new HashRing(third + 1);
        var seen = new HashSet<string>();
        var seenOf = new int[Shards];
        bool hasMoved = false, hasRestarted = false;
        await foreach (KvKey key in cluster.Store.ScanAsync(pageSize: 10))
        {
            seen.Add(key.ToString());
            int shard = before.SlotMap.OwnerOf(Slot.Of(System.Text.Encoding.UTF8.GetBytes(key.ToString()))).Value;
            if (++seenOf[shard] != MidShard) continue;
            if (!hasMoved && ring.OwnerOf(new SlotId((ushort)shard)) == third)
            {
                InProcessSiloHandle joined = await cluster.AddAsync();
                await cluster.WhenSettledAsync();
                hasMoved = cluster.HomeOf(key.ToString()) == joined.Name;
            }
            else if (!hasRestarted && cluster.HomeOf(key.ToString()) == second.Name)
            {
                await cluster.StopAsync(second);
                await cluster.ReviveAsync(second);
                await AllServeAsync(cluster);
                hasRestarted = true;
            }
        }

        Assert.True(hasMoved && hasRestarted, $"moved {hasMoved}, restarted {hasRestarted}");
        string[] missing = [.. Enumerable.Range(0, Tags).SelectMany(t => Enumerable.Range(0, KeysATag).Select(i => $"{{{t}}}:{i}"))
            .Where(k => !seen.Contains(k))];
        Assert.True(missing.Length == 0, $"{missing.Length} keys were not shown, {missing.FirstOrDefault()} among them");
        Assert.Equal(Tags * KeysATag, seen.Count);
    }

    [Fact]
    public async Task Scan_ThatIsCancelled_Ends()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        await FillAsync(cluster.Store, "x", 100);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (KvKey key in cluster.Store.ScanAsync(pageSize: 10).WithCancellation(cancel.Token)) await cancel.CancelAsync();
        });
    }

    private static async Task AllServeAsync(KvTestCluster cluster)
    {
        IGrainFactory grains = cluster.Orleans.Client;
        foreach (int shard in Enumerable.Range(0, cluster.Map.Homes.Length))
        {
            await Poll.UntilAsync($"shard {shard} to be served", async () =>
            {
                await grains.GetGrain<IShardGrain>(shard).Wake();
                return true;
            });
        }
    }

    private static async Task FillAsync(IKeyValueStore store, string prefix, int count)
    {
        using KeyValueBatch batch = store.CreateBatch();
        for (int i = 0; i < count; i++) batch.Set($"{prefix}:{i}", i);
        await batch.ExecuteAsync();
    }

    private static async Task<List<string>> ListAsync(IAsyncEnumerable<KvKey> keys)
    {
        var list = new List<string>();
        await foreach (KvKey key in keys) list.Add(key.ToString());
        return list;
    }
}
