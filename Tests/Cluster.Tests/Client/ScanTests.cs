using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;

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
