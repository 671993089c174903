using Microsoft.Extensions.Time.Testing;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class ExpiryTests
{
    private readonly FakeTimeProvider _time = TestTime.New();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Keys_WithATime_GoWhenItIsOver(int silos)
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Silos = silos, Time = _time });
        IKeyValueStore store = cluster.Store;
        await store.SetAsync("after", 1, TimeSpan.FromSeconds(10));
        await store.SetAsync("at", 1, Expiry.At(_time.GetUtcNow().AddSeconds(20)));
        await store.SetAsync("stays", 1);
        Assert.Equal(new KeyTimeToLive(true, TimeSpan.FromSeconds(10)), await store.GetTimeToLiveAsync("after"));
        Assert.Equal(new KeyTimeToLive(true, TimeSpan.FromSeconds(20)), await store.GetTimeToLiveAsync("at"));
        Assert.Equal(new KeyTimeToLive(true, null), await store.GetTimeToLiveAsync("stays"));
        Assert.Equal(new KeyTimeToLive(false, null), await store.GetTimeToLiveAsync("none"));
        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.True(await store.ExistsAsync("after"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await store.ExistsAsync("after"));
        Assert.Equal(default, await store.GetVersionedAsync("after"));
        Assert.True(await store.ExistsAsync("at"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await store.ExistsAsync("at"));
        Assert.True(await store.ExistsAsync("stays"));
    }

    [Fact]
    public async Task Set_KeepsOrForgetsTheTime_AsTold()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Time = _time });
        IKeyValueStore store = cluster.Store;
        await store.SetAsync("a", 1, TimeSpan.FromSeconds(10));
        await store.SetAsync("a", 2, Expiry.Keep);
        Assert.Equal(TimeSpan.FromSeconds(10), (await store.GetTimeToLiveAsync("a")).Remaining);
        Assert.Equal(2, await store.GetAndSetAsync("a", 3, new SetOptions(Expiry.Keep, SetCondition.IfPresent)));
        Assert.Equal(TimeSpan.FromSeconds(10), (await store.GetTimeToLiveAsync("a")).Remaining);
        await store.SetAsync("a", 4);
        Assert.Null((await store.GetTimeToLiveAsync("a")).Remaining);
        Assert.Equal(4, await store.GetAsync<int>("a"));
    }

    [Fact]
    public async Task ExpireAndPersist_ChangeTheTime_OfKeysThatExist()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Time = _time });
        IKeyValueStore store = cluster.Store;
        Assert.False(await store.ExpireAsync("a", TimeSpan.FromSeconds(10)));
        await store.SetAsync("a", 1);
        Assert.False(await store.PersistAsync("a"));
        Assert.True(await store.ExpireAsync("a", TimeSpan.FromSeconds(10)));
        Assert.True(await store.ExpireAsync("a", Expiry.Keep));
        Assert.Equal(TimeSpan.FromSeconds(10), (await store.GetTimeToLiveAsync("a")).Remaining);
        Assert.True(await store.PersistAsync("a"));
        Assert.Null((await store.GetTimeToLiveAsync("a")).Remaining);
        Assert.True(await store.ExpireAsync("a", Expiry.At(_time.GetUtcNow().AddMinutes(1))));
        Assert.True(await store.ExpireAsync("a", Expiry.Never));
        Assert.True(await store.ExpireAsync("a", Expiry.At(_time.GetUtcNow()))); // a point that has passed
        Assert.False(await store.ExistsAsync("a"));
    }

    [Fact]
    public void Expiry_ThatMakesNoSense_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Expiry.After(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Expiry.At(DateTimeOffset.UnixEpoch));
        Assert.Equal(Expiry.After(TimeSpan.FromMilliseconds(1)), Expiry.After(TimeSpan.FromTicks(1)));
        Assert.Equal(Expiry.Never, default);
    }
}
