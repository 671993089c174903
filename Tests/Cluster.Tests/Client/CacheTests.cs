using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class CacheTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = TestTime.New();
    private KvTestCluster _cluster = null!;

    private IBufferDistributedCache Cache => (IBufferDistributedCache)_cluster.Services.GetRequiredService<IDistributedCache>();

    public async Task InitializeAsync() =>
        _cluster = await KvTestCluster.StartAsync(
            new KvTestOptions { Silos = 3, Time = _time, Client = services => services.AddOrleansKvDistributedCache(o => o.Time = _time) });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Entries_AreKeptAndRemoved()
    {
        Assert.Null(await Cache.GetAsync("a"));
        await Cache.SetAsync("a", [1, 2, 3], new DistributedCacheEntryOptions());
        await Cache.SetAsync("empty", [], new DistributedCacheEntryOptions());
        Assert.Equal((byte[])[1, 2, 3], await Cache.GetAsync("a"));
        Assert.Equal((byte[])[], await Cache.GetAsync("empty"));
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.Equal((byte[])[1, 2, 3], await Cache.GetAsync("a"));
        await Cache.RemoveAsync("a");
        await Cache.RemoveAsync("a");
        Assert.Null(await Cache.GetAsync("a"));
    }

    [Fact]
    public void SynchronousMethods_DoTheSame()
    {
        Cache.Set("a", [1], Sliding(60));
        Assert.Equal((byte[])[1], Cache.Get("a"));
        Cache.Refresh("a");
        Cache.Set("b", new ReadOnlySequence<byte>([2]), Sliding(60));
        var to = new ArrayBufferWriter<byte>();
        Assert.True(Cache.TryGet("b", to));
        Assert.Equal([2], to.WrittenSpan.ToArray());
        Cache.Remove("a");
        Assert.Null(Cache.Get("a"));
    }

    [Fact]
    public async Task Buffers_OfSeveralSegments_ComeBackWhole()
    {
        byte[] bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        await Cache.SetAsync("a", Segments.Of(bytes, 4_001), new DistributedCacheEntryOptions());
        var to = new ArrayBufferWriter<byte>();
        Assert.True(await Cache.TryGetAsync("a", to));
        Assert.Equal(bytes, to.WrittenSpan.ToArray());
        Assert.False(await Cache.TryGetAsync("b", to));
        Assert.Equal(100_000, to.WrittenCount);
    }

    [Fact]
    public async Task AbsoluteEnds_Count()
    {
        await Cache.SetAsync(
            "relative", [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(10) });
        await Cache.SetAsync("absolute", [1], new DistributedCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow().AddSeconds(20) });
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.NotNull(await Cache.GetAsync("relative"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Cache.GetAsync("relative"));
        Assert.NotNull(await Cache.GetAsync("absolute"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await Cache.GetAsync("absolute"));
        var past = new DistributedCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow() };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Cache.SetAsync("past", [1], past));
    }

    [Fact]
    public async Task SlidingWindow_StartsAgainWithEachRead()
    {
        foreach (Func<Task> read in (Func<Task>[])[() => Cache.GetAsync("a"), () => Cache.RefreshAsync("a"),
            async () => await Cache.TryGetAsync("a", new ArrayBufferWriter<byte>())])
        {
            await Cache.SetAsync("a", [1], Sliding(10));
            for (int i = 0; i < 5; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(9));
                await read();
            }

            Assert.NotNull(await Cache.GetAsync("a"));
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Null(await Cache.GetAsync("a"));
        }
    }

    [Fact]
    public async Task SlidingWindow_EndsAtTheAbsoluteEnd()
    {
        DistributedCacheEntryOptions options = Sliding(10);
        options.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(25);
        await Cache.SetAsync("a", [1], options);
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(8));
            Assert.NotNull(await Cache.GetAsync("a"));
        }

        _time.Advance(TimeSpan.FromSeconds(1)); // 25 s
        Assert.Null(await Cache.GetAsync("a"));
    }

    [Fact]
    public async Task OtherBytes_UnderACacheKey_CountAsMissing()
    {
        IKeyValueStore store = _cluster.Store;
        await store.SetAsync("cache:a", "short");
        await store.SetAsync("cache:b", new string('x', 100));
        Assert.Null(await Cache.GetAsync("a"));
        Assert.Null(await Cache.GetAsync("b"));
        await Cache.RefreshAsync("b");
    }

    private static DistributedCacheEntryOptions Sliding(int seconds) => new() { SlidingExpiration = TimeSpan.FromSeconds(seconds) };
}
