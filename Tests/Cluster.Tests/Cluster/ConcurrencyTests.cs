using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Gateways of two silos at one key.</summary>
public sealed class ConcurrencyTests
{
    private const int CallersASilo = 4;
    private const int CallsACaller = 50;
    private const int CommandsACall = 10;

    [Fact]
    public async Task Increments_FromTwoSilos_AreAllCountedOnce()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(2);
        ClusterMap map = cluster.Map;
        // The one caller is beside it, the other is not.
        int shard = Array.FindIndex(map.Homes, h => h.NodeId == cluster.Orleans.Silos[1].Name);
        string increment = "INCR " + ShardCalls.KeyOf(map, shard, "counter");
        string[] batch = [.. Enumerable.Repeat(increment, CommandsACall)];
        Task<long[]>[] callers =
            [.. cluster.Orleans.Silos.SelectMany(
                silo => Enumerable.Range(0, CallersASilo).Select(_ => Task.Run(() => Increment(silo, shard, batch))))];
        long[][] replies = await Task.WhenAll(callers);
        foreach (long[] mine in replies) Assert.Equal(mine.Order(), mine); // what one caller sees only grows
        long all = 2L * CallersASilo * CallsACaller * CommandsACall;
        Assert.Equal(Enumerable.Range(1, (int)all).Select(i => (long)i), replies.SelectMany(r => r).Order());
    }

    private static async Task<long[]> Increment(InProcessSiloHandle silo, int shard, string[] batch)
    {
        IGrainFactory grains = silo.ServiceProvider.GetRequiredService<IGrainFactory>();
        var seen = new List<long>();
        for (int i = 0; i < CallsACaller; i++)
        {
            seen.AddRange((await grains.RunAsync(shard, batch))
                .Select(r => long.Parse(r.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)));
        }

        return [.. seen];
    }
}
