using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Client;

[Collection(ClientCollection.Name)]
public sealed class SwapTests(SharedClusters clusters)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TrySet_WritesOnlyOverTheVersionItNames(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        for (int i = 0; i < 20; i++)
        {
            string key = $"swap{i}";
            Assert.Equal(default, await store.GetVersionedAsync<string>(key));
            SwapResult first = await store.TrySetAsync(key, "a", KeyVersion.None);
            Assert.True(first.Succeeded);
            Versioned<string> read = await store.GetVersionedAsync<string>(key);
            Assert.Equal(new Versioned<string>("a", first.Version), read);
            Assert.Equal(new SwapResult(false, first.Version), await store.TrySetAsync(key, "b", KeyVersion.None));
            SwapResult second = await store.TrySetAsync(key, "b", first.Version);
            Assert.True(second.Succeeded && second.Version > first.Version);
            Assert.Equal(new SwapResult(false, second.Version), await store.TrySetAsync(key, "c", first.Version));
            Assert.Equal("b", await store.GetAsync<string>(key));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TryDelete_DeletesOnlyTheVersionItNames_AndVersionsNeverComeBack(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        KeyVersion version = (await store.TrySetAsync("gone", "a", KeyVersion.None)).Version;
        Assert.Equal(new SwapResult(false, version), await store.TryDeleteAsync("gone", version with { Lsn = version.Lsn + 1 }));
        Assert.Equal(new SwapResult(true, KeyVersion.None), await store.TryDeleteAsync("gone", version));
        Assert.Equal(new SwapResult(false, KeyVersion.None), await store.TryDeleteAsync("gone", version));
        Assert.Equal(new SwapResult(true, KeyVersion.None), await store.TryDeleteAsync("gone", KeyVersion.None));
        Assert.Equal(new SwapResult(false, KeyVersion.None), await store.TrySetAsync("gone", "b", version));
        Assert.True((await store.TrySetAsync("gone", "c", KeyVersion.None)).Version > version);
    }

    [Fact]
    public async Task TrySet_OfAnotherTenure_Loses()
    {
        IKeyValueStore store = clusters.StoreOf(3);
        KeyVersion version = (await store.TrySetAsync("tenure", "a", KeyVersion.None)).Version;
        Assert.True(version.Epoch > 0);
        KeyVersion other = version with { Epoch = version.Epoch + 1 };
        Assert.Equal(new SwapResult(false, version), await store.TrySetAsync("tenure", "b", other));
        Assert.Equal(new SwapResult(false, version), await store.TryDeleteAsync("tenure", other));
        Assert.True((await store.TrySetAsync("tenure", "c", version)).Succeeded);
    }

    [Fact]
    public void Version_IsReadAsItIsWritten_AndComparedByTenureFirst()
    {
        var version = new KeyVersion(7, 1234567890123);
        Assert.Equal("7:1234567890123", version.ToString());
        Assert.True(KeyVersion.TryParse("7:1234567890123", out KeyVersion read));
        Assert.Equal(version, read);
        Assert.True(new KeyVersion(8, 1) > version && version > new KeyVersion(7, 5) && KeyVersion.None < new KeyVersion(0, 1));
        foreach (string? text in (string?[])[null, "", "5", ":", "1:", ":1", "1:0", "0:0", "1:-1", "-1:1", "1:1:1", "a:1", "1 :1",
            "4294967296:1", "1:9223372036854775808"])
        {
            Assert.False(KeyVersion.TryParse(text, out read));
            Assert.Equal(KeyVersion.None, read);
        }
    }

    [Fact]
    public async Task TrySet_AfterAnyOtherChange_Loses()
    {
        IKeyValueStore store = clusters.StoreOf(3);
        Func<ValueTask>[] changes =
        [
            async () => await store.SetAsync("changed", "5"),
            async () => await store.IncrementAsync("changed"),
            async () => await store.ExpireAsync("changed", TimeSpan.FromHours(1)),
            async () => await store.PersistAsync("changed"),
        ];
        await store.SetAsync("changed", "5");
        foreach (Func<ValueTask> change in changes)
        {
            KeyVersion version = (await store.GetVersionedAsync("changed")).Version;
            await change();
            Assert.False((await store.TrySetAsync("changed", "x", version)).Succeeded);
        }
    }

    [Fact]
    public async Task TrySet_KeepsOrEndsTheTimeToLive_AsTold()
    {
        IKeyValueStore store = clusters.StoreOf(1);
        SwapResult set = await store.TrySetAsync("timed", "a", KeyVersion.None, TimeSpan.FromHours(1));
        Assert.NotNull((await store.GetTimeToLiveAsync("timed")).Remaining);
        set = await store.TrySetAsync("timed", "b", set.Version, Expiry.Keep);
        Assert.True(set.Succeeded);
        Assert.NotNull((await store.GetTimeToLiveAsync("timed")).Remaining);
        set = await store.TrySetAsync("timed", "c"u8.ToArray().AsMemory(), set.Version);
        Assert.True(set.Succeeded);
        Assert.Null((await store.GetTimeToLiveAsync("timed")).Remaining);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TrySet_ByManyCallers_LosesNoUpdate_AndOnlyOneWinsEachVersion(int silos)
    {
        IKeyValueStore store = clusters.StoreOf(silos);
        const int Callers = 16, Each = 25;
        KeyVersion[][] won = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var versions = new List<KeyVersion>();
            while (versions.Count < Each)
            {
                Versioned<int> now = await store.GetVersionedAsync<int>("raced");
                SwapResult swap = await store.TrySetAsync("raced", now.Value + 1, now.Version);
                if (swap.Succeeded) versions.Add(now.Version);
            }

            return versions.ToArray();
        })));
        Assert.Equal(Callers * Each, await store.GetAsync<int>("raced"));
        Assert.Equal(Callers * Each, won.SelectMany(v => v).Distinct().Count());
    }
}
