using StackExchange.Redis;

namespace OrleansKv.Libraries.Tests;

/// <summary>StackExchange.Redis as its users use it, strings and messages.</summary>
[Collection(LibraryCollection.Name)]
public sealed class StackExchangeRedisTests(ServerFixture fixture)
{
    private IDatabase Db => fixture.Redis.GetDatabase();

    [Fact]
    public async Task Strings_AreSetAndRead_WithConditionsAndTimes()
    {
        Assert.True(await Db.StringSetAsync("se:a", "1", TimeSpan.FromMinutes(1)));
        Assert.False(await Db.StringSetAsync("se:a", "2", when: When.NotExists));
        Assert.Equal("1", await Db.StringGetAsync("se:a"));
        Assert.InRange((await Db.KeyTimeToLiveAsync("se:a"))!.Value.TotalSeconds, 1, 60);
        Assert.Equal(["1", RedisValue.Null], await Db.StringGetAsync(["se:a", "se:absent"]));
        Assert.Equal("1", await Db.StringGetDeleteAsync("se:a"));
        Assert.False(await Db.KeyExistsAsync("se:a"));
    }

    [Fact]
    public async Task Batches_AnswerEachOfManyCommands()
    {
        Task<long>[] counts = [.. Enumerable.Range(0, 2000).Select(_ => Db.StringIncrementAsync("se:n"))];
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), await Task.WhenAll(counts));
    }

    [Fact]
    public async Task Transactions_RunWhereTheirConditionHolds()
    {
        await Db.StringSetAsync("se:t", "1");
        ITransaction holds = Db.CreateTransaction();
        holds.AddCondition(Condition.StringEqual("se:t", "1"));
        Task<long> counted = holds.StringIncrementAsync("se:t");
        Assert.True(await holds.ExecuteAsync());
        Assert.Equal(2, await counted);
        ITransaction fails = Db.CreateTransaction();
        fails.AddCondition(Condition.StringEqual("se:t", "1"));
        _ = fails.StringIncrementAsync("se:t");
        Assert.False(await fails.ExecuteAsync());
    }

    [Fact]
    public async Task Keys_AreListedByPattern()
    {
        for (int i = 0; i < 100; i++) await Db.StringSetAsync($"se:list:{i}", i);
        IServer server = fixture.Redis.GetServers()[0];
        List<string> found = [];
        await foreach (RedisKey key in server.KeysAsync(pattern: "se:list:*", pageSize: 10)) found.Add(key!);
        Assert.Equal(100, found.Distinct().Count());
    }

    [Fact]
    public async Task Messages_ReachSubscribersOfChannelsAndPatterns()
    {
        ISubscriber subscriber = fixture.Redis.GetSubscriber();
        ChannelMessageQueue exact = await subscriber.SubscribeAsync(RedisChannel.Literal("se:news"));
        ChannelMessageQueue pattern = await subscriber.SubscribeAsync(RedisChannel.Pattern("se:new*"));
        await subscriber.PublishAsync(RedisChannel.Literal("se:news"), "hello");
        Assert.Equal("hello", (await exact.ReadAsync()).Message);
        Assert.Equal("hello", (await pattern.ReadAsync()).Message);
    }

    [Fact]
    public async Task Locks_AreTakenAndReleasedByTheirOwnerAlone()
    {
        Assert.True(await Db.LockTakeAsync("se:lock", "me", TimeSpan.FromMinutes(1)));
        Assert.False(await Db.LockTakeAsync("se:lock", "other", TimeSpan.FromMinutes(1)));
        Assert.False(await Db.LockReleaseAsync("se:lock", "other"));
        Assert.True(await Db.LockReleaseAsync("se:lock", "me"));
    }
}
