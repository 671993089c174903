using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;

namespace OrleansKv.Libraries.Tests;

/// <summary>FusionCache's backplane: what one instance removes, the others forget.</summary>
[Collection(LibraryCollection.Name)]
public sealed class FusionCacheTests(ServerFixture fixture)
{
    [Fact]
    public async Task Removal_ReachesTheOtherInstance()
    {
        using FusionCache one = New(), other = New();
        await one.SetAsync("fusion:a", "1");
        await other.SetAsync("fusion:a", "1");
        await WhenConnectedAsync(one, other);
        var forgotten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Events.Backplane.MessageReceived += (_, message) =>
        {
            if (message.Message.CacheKey == "fusion:b") forgotten.TrySetResult();
        };
        await other.SetAsync("fusion:b", "1", options => options.SetSkipBackplaneNotifications(true));
        await one.RemoveAsync("fusion:b");
        await forgotten.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    // Both subscribe in the background: messages are sent until each has heard one of the other's.
    private static async Task WhenConnectedAsync(FusionCache one, FusionCache other)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Events.Backplane.MessageReceived += (_, _) => heard.TrySetResult();
        while (!heard.Task.IsCompleted)
        {
            await one.RemoveAsync("fusion:hello", token: patience.Token);
            await Task.WhenAny(heard.Task, Task.Delay(50, patience.Token));
        }
    }

    private FusionCache New()
    {
        var cache = new FusionCache(new FusionCacheOptions(), new MemoryCache(new MemoryCacheOptions()));
        cache.SetupBackplane(new RedisBackplane(new RedisBackplaneOptions { Configuration = fixture.Address }));
        return cache;
    }
}
