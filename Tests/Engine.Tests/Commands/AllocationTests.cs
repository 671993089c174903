using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>The commands that most traffic consists of leave nothing to the garbage collector.</summary>
public sealed class AllocationTests
{
    private const int Commands = 10_000;

    /// <summary>Bytes of an object without fields.</summary>
    private const int SmallestObject = 24;

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
        host.RunMany(line, Commands);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A collection that another test causes may count the rest of this thread's allocation buffer, 8 KiB; the least object a command is
        // 240 KB.
        Assert.InRange(allocated, 0, SmallestObject * Commands / 10);
    }
}
