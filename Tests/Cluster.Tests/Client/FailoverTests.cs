using Orleans.TestingHost;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class FailoverTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KeysOfADeadNode_AreUnavailable_OthersAreServed_UntilItIsBack()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(
            new KvTestOptions { Silos = 3, Folder = _folder.Path, ResponseTimeout = TimeSpan.FromSeconds(5) });
        IKeyValueStore store = cluster.Store;
        for (int i = 0; i < 200; i++) await store.SetAsync($"key{i}", i);
        InProcessSiloHandle dead = cluster.Orleans.Silos[2];
        string lost = cluster.KeyOn(dead.Name), kept = cluster.KeyOn(cluster.Orleans.Silos[0].Name);
        await cluster.KillAsync(dead);
        await Poll.UntilAsync("the dead node's keys to be unavailable", async () =>
        {
            KeyValueStoreException failed = await Assert.ThrowsAsync<KeyValueStoreException>(async () => await store.SetAsync(lost, "new"));
            return failed.Error == KeyValueStoreError.Unavailable;
        });
        Assert.True(await store.ExistsAsync(kept));
        Assert.True(await store.SetAsync(kept, "new"));
        using (KeyValueBatch batch = store.CreateBatch())
        {
            BatchResult<bool> good = batch.Exists(kept);
            BatchResult<bool> bad = batch.Exists(lost);
            KeyValueStoreException failed = await Assert.ThrowsAsync<KeyValueStoreException>(async () => await batch.ExecuteAsync());
            Assert.Equal(KeyValueStoreError.Unavailable, failed.Error);
            Assert.True(good.Value);
            Assert.Throws<KeyValueStoreException>(() => bad.Value);
        }

        await cluster.ReviveAsync(dead);
        await Poll.UntilAsync("the node to serve its keys again", async () => await store.ExistsAsync(lost));
        for (int i = 0; i < 200; i++)
        {
            if ($"key{i}" != kept) Assert.Equal(i, await store.GetAsync<int>($"key{i}"));
        }
    }

    [Fact]
    public async Task Operations_WhileANodeJoins_AllSucceed_AndNoWriteIsLost()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        IKeyValueStore store = cluster.Store;
        using var stop = new CancellationTokenSource();
        Task<int>[] callers = [.. Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            int count = 0;
            while (!stop.IsCancellationRequested)
            {
                // The counters take turns: the n-th turn of each makes it n.
                Assert.Equal((count / 50) + 1, await store.IncrementAsync($"c{caller}:{count % 50}"));
                count++;
            }

            return count;
        }))];
        try
        {
            await cluster.AddAsync();
            await cluster.WhenSettledAsync();
        }
        finally
        {
            await stop.CancelAsync();
        }

        int[] counts = await Task.WhenAll(callers);
        for (int caller = 0; caller < callers.Length; caller++)
        {
            long total = 0;
            for (int i = 0; i < 50; i++) total += await store.GetAsync<long>($"c{caller}:{i}");
            Assert.Equal(counts[caller], total);
        }

        Assert.Contains(cluster.Map.Homes, h => h.NodeId == cluster.Orleans.Silos[1].Name);
    }
}
