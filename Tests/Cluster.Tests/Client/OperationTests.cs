using System.Text;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

[Collection(ClientCollection.Name)]
public sealed class OperationTests(SharedClusters clusters)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GetSetDelete_OnKeysOfAllShards_DoWhatTheySay(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        for (int i = 0; i < 64; i++)
        {
            string key = $"basic{i}";
            Assert.Null(await store.GetAsync(key));
            Assert.False(await store.ExistsAsync(key));
            Assert.True(await store.SetAsync(key, Bytes($"value{i}")));
            Assert.Equal($"value{i}", Text(await store.GetAsync(key)));
            Assert.True(await store.ExistsAsync(key));
            Assert.True(await store.DeleteAsync(key));
            Assert.False(await store.DeleteAsync(key));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Set_WithConditions_WritesOnlyWhenTheyAreMet(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        Assert.False(await store.SetAsync("cond", "x", SetCondition.IfPresent));
        Assert.True(await store.SetAsync("cond", "first", SetCondition.IfAbsent));
        Assert.False(await store.SetAsync("cond", "second", SetCondition.IfAbsent));
        Assert.Equal("first", await store.GetAsync<string>("cond"));
        Assert.True(await store.SetAsync("cond", "third", SetCondition.IfPresent));
        Assert.Equal("third", await store.GetAsync<string>("cond"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GetAndSet_ReturnsTheOldValue_AlsoWithAConditionThatIsNotMet(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        Assert.Null(await store.GetAndSetAsync("swap", Bytes("a")));
        Assert.Equal("a", await store.GetAndSetAsync("swap", "b"));
        Assert.Equal("b", Text(await store.GetAndSetAsync("swap", Bytes("c"), SetCondition.IfAbsent)));
        Assert.Equal("b", await store.GetAsync<string>("swap"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Values_OfEveryKind_ComeBackAsTheyWere(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await store.SetAsync("kind", all);
        Assert.Equal(all, await store.GetAsync<byte[]>("kind"));
        Assert.Equal(all, (await store.GetAsync("kind"))!.Value.ToArray());
        await store.SetAsync("kind", ReadOnlyMemory<byte>.Empty);
        Assert.Equal(0, (await store.GetAsync("kind"))!.Value.Length);
        await store.SetAsync("kind", new Order("rope", 3));
        Assert.Equal(new Order("rope", 3), await store.GetAsync<Order>("kind"));
        Assert.Equal("{\"item\":\"rope\",\"count\":3}", await store.GetAsync<string>("kind"));
        byte[] large = new byte[3_000_000];
        new Random(7).NextBytes(large);
        await store.SetAsync("kind", large);
        Assert.Equal(large, await store.GetAsync<byte[]>("kind"));
        Assert.Null(await store.GetAsync<Order>("no such key"));
        Assert.Equal(0, await store.GetAsync<int>("no such key"));
        Assert.Null(await store.GetAsync<int?>("no such key"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Keys_OfBytesAndText_AreTheSameWhenTheirBytesAre(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        await store.SetAsync("grüße", "x");
        Assert.Equal("x", await store.GetAsync<string>("grüße"u8.ToArray()));
        byte[] binary = [0, 255, 13, 10, 0];
        await store.SetAsync(binary, "y");
        Assert.Equal("y", await store.GetAsync<string>(new ReadOnlyMemory<byte>(binary)));
        Assert.True(new KvKey("a") == "a"u8.ToArray());
        Assert.Equal(new KvKey("a").GetHashCode(), ((KvKey)"a"u8.ToArray()).GetHashCode());
        Assert.True(await store.SetAsync("", "empty"));
        Assert.Equal("empty", await store.GetAsync<string>(default(KvKey)));
        string longest = new('k', KvKey.MaxBytes);
        Assert.True(await store.SetAsync(longest, "long"));
        Assert.Equal("long", await store.GetAsync<string>(longest));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.GetAsync(longest + "k"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Increment_CountsFromZero_AndRefusesText(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        Assert.Equal(1, await store.IncrementAsync("count"));
        Assert.Equal(-41, await store.IncrementAsync("count", -42));
        Assert.Equal(-41, await store.GetAsync<long>("count"));
        await store.SetAsync("count", "text");
        KeyValueStoreException refused = await Assert.ThrowsAsync<KeyValueStoreException>(async () => await store.IncrementAsync("count"));
        Assert.Equal(KeyValueStoreError.Refused, refused.Error);
        Assert.Equal("ERR value is not an integer or out of range", refused.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Increment_ByManyCallers_LosesNone(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        const int Callers = 32, Each = 200, Counters = 5;
        long[][] seen = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var sums = new List<long>();
            for (int i = 0; i < Each; i++) sums.Add(await store.IncrementAsync($"many{(caller + i) % Counters}"));
            return sums.ToArray();
        })));
        long total = 0;
        for (int i = 0; i < Counters; i++) total += await store.GetAsync<long>($"many{i}");
        Assert.Equal(Callers * Each, total);
        // Every counter has gone through each of its values once.
        Assert.All(seen.SelectMany(s => s).GroupBy(s => s), g => Assert.InRange(g.Count(), 1, Counters));
        Assert.Equal(Callers * Each, seen.Sum(s => s.Length));
    }

    [Fact]
    public async Task Store_InASilo_AndOutside_SeeTheSame()
    {
        KvTestCluster cluster = clusters[3];
        await using var inside = new InsideStore(cluster.Orleans.Silos[1]);
        for (int i = 0; i < 50; i++)
        {
            await inside.Store.SetAsync($"inside{i}", i);
            Assert.Equal(i, await cluster.Store.GetAsync<int>($"inside{i}"));
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}
