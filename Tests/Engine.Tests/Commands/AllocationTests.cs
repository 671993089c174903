using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>The commands that most traffic consists of leave nothing to the garbage collector.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData("get key")]
    [InlineData("get none")]
    [InlineData("set key value")]
    [InlineData("set key value EX 100")]
    [InlineData("set key value NX GET")]
    [InlineData("setex key 100 value")]
    [InlineData("mset key value number 5")]
    [InlineData("mget key none number")]
    [InlineData("incr number")]
    [InlineData("incrby number 10")]
    [InlineData("exists key")]
    [InlineData("expire key 100")]
    [InlineData("ttl key")]
    [InlineData("del none")]
    [InlineData("strlen key")]
    [InlineData("getrange key 1 2")]
    [InlineData("setbit key 5 1")]
    [InlineData("getbit key 5")]
    [InlineData("bitcount key")]
    [InlineData("getset key value")]
    [InlineData("put key value 100")]
    public void Command_InSteadyState_AllocatesNothing(string line)
    {
        using var host = new CommandHost(log: new NullEffectLog(new OrleansKv.Engine.Journal.JournalTail()));
        host.Do("mset key value number 5");
        host.RunMany(line, 200); // the table's and the writer's first pages, the JIT's first code
        long before = GC.GetAllocatedBytesForCurrentThread();
        host.RunMany(line, 1_000);
        long perCommand = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000; // what RunMany prepares is below a byte a command
        Assert.Equal(0, perCommand);
    }
}
