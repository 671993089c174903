using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>Effects alone give the map that the commands gave, whatever the clock did: what recovery and replicas rest on.</summary>
public sealed class ReplayTests
{
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(24)]
    public void RandomCommandsAndTime_ReplayedEffects_GiveTheSameShards(int seed)
    {
        var random = new Random(seed);
        var pools = new Dictionary<string, string[]>(DataCommandTemplates.Pools) { ["in"] = ["0", "1", "2", "5", "60", "x"] };
        var generator = new CommandGenerator(
            seed, [.. DataCommandTemplates.All, "SETEX @k @in @v", "EXPIRE @k @in", "PSETEX @k @in @v", "PUT @k @v @in", "SCAN @i",
                "RANDOMKEY"], pools);
        using var host = new CommandHost();
        int deletes = 0;
        for (int i = 0; i < 5_000; i++)
        {
            host.Run(generator.Next());
            if (random.Next(20) == 0) host.NowMs += random.Next(3_000);
            if (random.Next(50) == 0) deletes += host.Shards.Sum(s => s.ExpireDue(host.NowMs, 100));
            if (random.Next(500) == 0) host.Do("flushall");
            if (i % 500 == 0) host.AssertReplicaIsEqual();
        }

        host.AssertReplicaIsEqual();
        Assert.True(deletes > 10, $"seed {seed}: the clock expired only {deletes} keys");
    }
}
