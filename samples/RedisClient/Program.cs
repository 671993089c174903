// StackExchange.Redis, unmodified, on an OrleansKv server: nothing of ours is referenced.
// Start the embedded server or a node, then: dotnet run --project samples/RedisClient -- 127.0.0.1:9090
using StackExchange.Redis;

try
{
    await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(args.Length > 0 ? args[0] : "127.0.0.1:9090");
    await Run(redis);
    return 0;
}
catch (RedisException failure) // no server there, or it was stopped
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static async Task Run(ConnectionMultiplexer redis)
{
    IDatabase db = redis.GetDatabase();

    await db.StringSetAsync("greeting", "hello", TimeSpan.FromMinutes(10));
    Console.WriteLine($"greeting is {await db.StringGetAsync("greeting")}");
    Console.WriteLine($"runs is {await db.StringIncrementAsync("runs")}");

    // Publish and subscribe.
    ISubscriber subscriber = redis.GetSubscriber();
    ChannelMessageQueue news = await subscriber.SubscribeAsync(RedisChannel.Literal("news"));
    await subscriber.PublishAsync(RedisChannel.Literal("news"), "first");
    ChannelMessage message = await news.ReadAsync();
    Console.WriteLine($"heard {message.Message} on {message.Channel}");
}
