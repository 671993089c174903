using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>A shard that nobody calls is woken by its reminder. The store's clock stands until the test moves it.</summary>
public sealed class ReminderTests
{
    private const int Shard = 5;

    /// <summary>Time to live and how far the clock is moved, ms: a due key goes when its tick of the wheel (16 ms) is over.</summary>
    private const int TtlMs = 1_000;
    private const int LaterMs = TtlMs + 32;

    [Fact]
    public async Task IdleShard_IsWokenByItsReminder_AndExpiresWhatIsDue()
    {
        FakeTimeProvider time = TestTime.New();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions
        {
            Time = time,
            Silo = silo =>
            {
                silo.Services.Configure<KvClusterOptions>(o => (o.ReminderMs, o.ExpiryTickMs) = (500, 50));
                silo.Services.Configure<ReminderOptions>(o => o.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            },
        });
        IServiceProvider services = cluster.Orleans.Silos[0].ServiceProvider;
        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        string key = ShardCalls.KeyOf(cluster.Map, Shard, "k"), other = ShardCalls.KeyOf(cluster.Map, Shard, "other");
        Assert.Equal(["+OK", "+OK"], await grains.RunAsync(Shard, $"SET {key} 1 PX {TtlMs}", $"SET {other} 1"));
        IReminderTable reminders = services.GetRequiredService<IReminderTable>();
        GrainId id = grains.GetGrain<IShardGrain>(Shard).GetGrainId();
        await Poll.UntilAsync("the shard to have a reminder", async () => (await reminders.ReadRows(id)).Reminders.Count == 1);

        await cluster.Orleans.DeactivateAsync(id);
        OrleansKv.Engine.Store.ShardCell cell = cluster.StoreOf(cluster.Map.Homes[Shard].NodeId).Cells[Shard];
        Assert.Equal(2, cell.Shard.Table.Count);
        time.Advance(TimeSpan.FromMilliseconds(LaterMs));
        await Poll.UntilAsync("the key to expire with nobody calling the shard", () => cell.Shard.Table.Count == 1);
        Assert.Equal(["$-1", "$1\r\n1"], await grains.RunAsync(Shard, $"GET {key}", $"GET {other}"));
    }
}
