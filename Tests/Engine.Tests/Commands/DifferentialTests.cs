using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>
/// Random commands over few keys, against Redis 7.0. Left out on purpose: OBJECT ENCODING and REFCOUNT (we keep no history of a value:
/// APPEND makes it "raw" in Redis for good), COPY to another database (we have one), offsets next to 512 MB (both would allocate it),
/// deadlines past the year 10889 (ours are 48 bits of milliseconds), and SET with a deadline that is over (DBSIZE counts such a key in
/// Redis until it is looked at; here it is gone at once).
/// </summary>
public sealed class DifferentialTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    [RedisTheory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 2)]
    [InlineData(6, 3)]
    public void RandomCommands_AgainstRedis_AnswerAndEndTheSame(int seed, int protocol)
    {
        var generator = new CommandGenerator(seed, DataCommandTemplates.All, DataCommandTemplates.Pools);
        using var both = new Differential(redis, protocol);
        both.Run([.. Enumerable.Range(0, 3_000).Select(_ => generator.Next())]);
        both.AssertEndIsEqual(DataCommandTemplates.Keys);
    }
}
