using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Client;

[Collection(ClientCollection.Name)]
public sealed class BatchTests(SharedClusters clusters)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Batch_OverAllShards_GivesEachOperationItsResult(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        await store.SetAsync("batch:text", "hello");
        using KeyValueBatch batch = store.CreateBatch();
        var sets = new List<BatchResult<bool>>();
        var gets = new List<BatchResult<int>>();
        for (int i = 0; i < 500; i++)
        {
            sets.Add(batch.Set($"batch:{i}", i));
            gets.Add(batch.Get<int>($"batch:{i}"));
        }

        BatchResult<string?> text = batch.Get<string>("batch:text");
        BatchResult<ReadOnlyMemory<byte>?> none = batch.Get("batch:none");
        BatchResult<long> count = batch.Increment("batch:count", 7);
        BatchResult<bool> exists = batch.Exists("batch:count");
        BatchResult<bool> expires = batch.Expire("batch:count", TimeSpan.FromHours(1));
        BatchResult<bool> deleted = batch.Delete("batch:count");
        BatchResult<bool> again = batch.Delete("batch:count");
        Assert.Equal(1007, batch.Count);
        await batch.ExecuteAsync();
        Assert.All(sets, s => Assert.True(s.Value));
        Assert.Equal(Enumerable.Range(0, 500), gets.Select(g => g.Value));
        Assert.Equal("hello", text.Value);
        Assert.Null(none.Value);
        Assert.Equal(7, count.Value);
        Assert.True(exists.Value && expires.Value && deleted.Value && !again.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Batch_OnOneKey_RunsInItsOrder(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        using KeyValueBatch batch = store.CreateBatch();
        var sums = new List<BatchResult<long>>();
        for (int i = 0; i < 100; i++)
        {
            sums.Add(batch.Increment("order:a"));
            sums.Add(batch.Increment("order:b"));
        }

        await batch.ExecuteAsync();
        Assert.Equal(Enumerable.Range(1, 100).SelectMany(i => (long[])[i, i]), sums.Select(s => s.Value));
    }

    [Fact]
    public async Task Batch_WithAnOperationThatFails_ThrowsItsError_AndKeepsTheOthersResults()
    {
        IKeyValueStore store = clusters.StoreOf(3);
        await store.SetAsync("fails:text", "no number");
        using KeyValueBatch batch = store.CreateBatch();
        BatchResult<bool> before = batch.Set("fails:before", 1);
        BatchResult<long> fails = batch.Increment("fails:text");
        BatchResult<int> after = batch.Get<int>("fails:before");
        KeyValueStoreException thrown = await Assert.ThrowsAsync<KeyValueStoreException>(async () => await batch.ExecuteAsync());
        Assert.Equal(KeyValueStoreError.Refused, thrown.Error);
        Assert.True(before.Value);
        Assert.Equal(1, after.Value);
        Assert.Throws<KeyValueStoreException>(() => fails.Value);
    }

    [Fact]
    public async Task Batch_UsedOutOfTurn_SaysSo()
    {
        IKeyValueStore store = clusters.StoreOf(1);
        KeyValueBatch batch = store.CreateBatch();
        BatchResult<int> early = batch.Get<int>("turn");
        Assert.Throws<InvalidOperationException>(() => early.Value);
        await batch.ExecuteAsync();
        Assert.Equal(0, early.Value);
        Assert.Throws<InvalidOperationException>(() => batch.Get("turn"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.ExecuteAsync());
        batch.Dispose();
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => early.Value);
        Assert.Throws<ObjectDisposedException>(() => batch.Get("turn"));
    }

    [Fact]
    public async Task Batch_OfNothing_EndsAtOnce_AndANeverRunOneIsGivenBack()
    {
        IKeyValueStore store = clusters.StoreOf(1);
        using (KeyValueBatch batch = store.CreateBatch()) await batch.ExecuteAsync();
        using (KeyValueBatch batch = store.CreateBatch()) batch.Set("never", 1);
        Assert.False(await store.ExistsAsync("never"));
    }

    [Fact]
    public async Task Batches_OfManyCallers_DoNotMixTheirResults()
    {
        IKeyValueStore store = clusters.StoreOf(3);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (int round = 0; round < 50; round++)
            {
                using KeyValueBatch batch = store.CreateBatch();
                var gets = new List<BatchResult<string?>>();
                for (int i = 0; i < 32; i++)
                {
                    batch.Set($"mix:{caller}:{i}", $"{caller}/{round}/{i}");
                    gets.Add(batch.Get<string>($"mix:{caller}:{i}"));
                }

                await batch.ExecuteAsync();
                Assert.Equal(Enumerable.Range(0, 32).Select(i => $"{caller}/{round}/{i}"), gets.Select(g => g.Value));
            }
        })));
    }
}
