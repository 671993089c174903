using Medallion.Threading.Redis;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace OrleansKv.Libraries.Tests;

/// <summary>
/// Libraries that need commands which are not there yet. Each fails at its first use, with a message that names the command, and not by
/// hanging or by losing something. A test that fails here because the library works goes to a class of its own.
/// </summary>
[Collection(LibraryCollection.Name)]
public sealed class NotYetTests(ServerFixture fixture)
{
    [Fact]
    public async Task ExtensionsCachingStackExchangeRedis_NeedsHashes()
    {
        using var cache = new RedisCache(new RedisCacheOptions { Configuration = fixture.Address });
        AssertNamesACommand(await Record.ExceptionAsync(() => cache.SetStringAsync("a", "1")));
        AssertNamesACommand(await Record.ExceptionAsync(() => cache.GetStringAsync("a")));
    }

    [Fact]
    public void DataProtection_NeedsLists()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDataProtection().PersistKeysToStackExchangeRedis(fixture.Redis, "keys");
        using ServiceProvider provider = services.BuildServiceProvider();
        IDataProtector protector = provider.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
        AssertNamesACommand(Record.Exception(() => protector.Protect([1])));
    }

    [Fact]
    public async Task DistributedLockRedis_NeedsScripts()
    {
        var gate = new RedisDistributedLock("lock", fixture.Redis.GetDatabase());
        AssertNamesACommand(await Record.ExceptionAsync(async () => await (await gate.AcquireAsync()).DisposeAsync()));
    }

    [Fact]
    public async Task Hashes_Lists_Sets_SortedSets_Scripts_AreRefusedByName()
    {
        IDatabase db = fixture.Redis.GetDatabase();
        foreach (Func<Task> call in (Func<Task>[])
                 [
                     () => db.HashSetAsync("h", "f", "1"), () => db.ListRightPushAsync("l", "1"), () => db.SetAddAsync("s", "1"),
                     () => db.SortedSetAddAsync("z", "1", 1), () => db.ScriptEvaluateAsync("return 1"),
                 ])
            AssertNamesACommand(await Record.ExceptionAsync(call));
    }

    private static void AssertNamesACommand(Exception? thrown)
    {
        Assert.NotNull(thrown);
        List<Exception> causes = [];
        for (Exception? cause = thrown; cause is not null; cause = cause.InnerException) causes.Add(cause);
        Assert.Contains(causes, c => c.Message.Contains("unknown command", StringComparison.Ordinal));
    }
}
