using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>Microsoft's HybridCache with the store as its second level; each instance is an application of its own.</summary>
public sealed class HybridCacheTests : IAsyncLifetime
{
    private static readonly HybridCacheEntryOptions Minute = new() { Expiration = TimeSpan.FromMinutes(1) };

    private readonly FakeTimeProvider _time = TestTime.New();
    private readonly List<ServiceProvider> _applications = [];
    private KvTestCluster _cluster = null!;
    private int _made;

    public async Task InitializeAsync() => _cluster = await KvTestCluster.StartAsync(new KvTestOptions { Silos = 2, Time = _time });

    public async Task DisposeAsync()
    {
        foreach (ServiceProvider application in _applications) await application.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Values_AreMadeOnce_ForAllInstances()
    {
        HybridCache one = NewCache(), other = NewCache();
        Assert.Equal("made 1", await Get(one, "a"));
        Assert.Equal("made 1", await Get(one, "a"));
        Assert.Equal("made 1", await Get(other, "a"));
        Assert.Equal("made 1", await Get(NewCache(), "a"));
    }

    [Fact]
    public async Task ValuesOfTypes_AndLargeOnes_ComeBackWhole()
    {
        var order = new Order("pen", 3);
        byte[] large = new byte[500_000];
        new Random(1).NextBytes(large);
        HybridCache one = NewCache(), other = NewCache();
        await one.SetAsync("order", order);
        await one.SetAsync("large", large);
        Assert.Equal(order, await other.GetOrCreateAsync<Order>("order", _ => throw new InvalidOperationException("it is there")));
        Assert.Equal(large, await other.GetOrCreateAsync<byte[]>("large", _ => throw new InvalidOperationException("it is there")));
    }

    [Fact]
    public async Task Values_EndWithTheirTime()
    {
        Assert.Equal("made 1", await Get(NewCache(), "a"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("made 1", await Get(NewCache(), "a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("made 2", await Get(NewCache(), "a"));
    }

    [Fact]
    public async Task RemovedValues_AreMadeAgain()
    {
        HybridCache one = NewCache();
        Assert.Equal("made 1", await Get(one, "a"));
        await one.RemoveAsync("a");
        Assert.Equal("made 2", await Get(NewCache(), "a"));
    }

    [Fact]
    public async Task RemovedTags_CountForInstancesThatStartLater()
    {
        HybridCache one = NewCache();
        Assert.Equal("made 1", await Get(one, "a", "fruit"));
        Assert.Equal("made 2", await Get(one, "b", "stone"));
        await one.RemoveByTagAsync("fruit");
        HybridCache other = NewCache();
        Assert.Equal("made 2", await Get(other, "b", "stone"));
        Assert.Equal("made 3", await Get(other, "a", "fruit"));
        Assert.NotEqual("made 1", await Get(one, "a", "fruit"));
    }

    private HybridCache NewCache()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IGrainFactory>(_cluster.Orleans.Client);
        services.AddOrleansKvDistributedCache();
        services.AddHybridCache();
        ServiceProvider application = services.BuildServiceProvider();
        _applications.Add(application);
        return application.GetRequiredService<HybridCache>();
    }

    // A value is given to its caller first, and written to the second level in the background.
    private async Task<string> Get(HybridCache cache, string key, params string[] tags)
    {
        string value = await cache.GetOrCreateAsync(key, Make, Minute, tags);
        await Poll.UntilAsync("the second level to have it", () => _cluster.Store.ExistsAsync($"cache:{key}").AsTask());
        return value;
    }

    private ValueTask<string> Make(CancellationToken cancellationToken) => ValueTask.FromResult($"made {Interlocked.Increment(ref _made)}");
}
