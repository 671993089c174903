using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// Shards that nobody calls: they are not put away, and their reminders keep. The stores' clock stands until the test moves it.
/// </summary>
public sealed class IdleShardTests
{
    private const int Shard = 5;
    private const int ReminderMs = 500;

    /// <summary>The store's default, and as long again.</summary>
    private static readonly TimeSpan TwoSnapshotIntervals = TimeSpan.FromMilliseconds(2 * 300_000);

    [Fact]
    public async Task IdleShard_IsNotCollected()
    {
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Time = TestTime.New(), Silo = WithReminders });
        IGrainFactory grains = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IShardGrain>(Shard).Wake();
        IManagementGrain management = grains.GetGrain<IManagementGrain>(0);
        await management.ForceActivationCollection(TimeSpan.Zero);
        Assert.NotNull(await management.GetActivationAddress(grains.GetGrain<IShardGrain>(Shard)));
    }

    /// <summary>In development clustering the table dies with a silo; a shard believed for ever that it had a reminder.</summary>
    [Fact]
    public async Task ReminderThatIsLost_IsAskedForAnew_WhenItsTicksAreMissing()
    {
        FakeTimeProvider time = TestTime.New();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Time = time, Silo = WithReminders });
        IServiceProvider services = cluster.Orleans.Silos[0].ServiceProvider;
        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        IReminderTable reminders = services.GetRequiredService<IReminderTable>();
        await grains.GetGrain<IShardGrain>(Shard).Wake();
        GrainId id = grains.GetGrain<IShardGrain>(Shard).GetGrainId();
        await Poll.UntilAsync("the shard to have a reminder", async () => (await reminders.ReadRows(id)).Reminders.Count == 1);

        await reminders.TestOnlyClearTable();
        Assert.Empty((await reminders.ReadRows(id)).Reminders);
        // A last tick of the one that was lost would put it off.
        await Poll.UntilAsync("the shard to have a reminder again", async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10 * ReminderMs));
            return (await reminders.ReadRows(id)).Reminders.Count == 1;
        });
    }

    [Fact]
    public async Task Reminder_SavesAShardWhoseSnapshotIsOverdue()
    {
        using var folder = new TempFolder();
        FakeTimeProvider time = TestTime.New();
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Folder = folder.Path, Time = time, Silo = WithReminders });
        IGrainFactory grains = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        Assert.Equal(["+OK"], await grains.RunAsync(Shard, $"SET {ShardCalls.KeyOf(cluster.Map, Shard, "k")} 1"));
        string home = Path.Combine(folder.Path, cluster.Map.Homes[Shard].NodeId);
        string[] Snapshots() => Directory.GetFiles(home, $"snapshot-{Shard:D4}-*.kvs");
        Assert.Empty(Snapshots());
        time.Advance(TwoSnapshotIntervals);
        await Poll.UntilAsync("the shard to be saved with nobody calling", () => Snapshots().Length == 1);
        Assert.Single(Directory.GetFiles(home, "snapshot-*.kvs")); // it alone
    }

    [Fact]
    public async Task Shard_WhoseGrainIsGone_IsFoundAsleep()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Time = TestTime.New() });
        IServiceProvider services = cluster.Orleans.Silos[0].ServiceProvider;
        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        ClusterMapCache maps = services.GetRequiredService<ClusterMapCache>();
        Assert.Equal(cluster.Map.Homes.Length, maps.Sleeping().Count);
        await grains.GetGrain<IShardGrain>(Shard).Wake();
        Assert.Equal(cluster.Map.Homes.Length - 1, maps.Sleeping().Count);
        await cluster.Orleans.DeactivateAsync(grains.GetGrain<IShardGrain>(Shard).GetGrainId());
        await Poll.UntilAsync("the shard to be asleep", () => maps.Sleeping().Contains(Shard));
    }

    private static void WithReminders(ISiloBuilder silo)
    {
        silo.Services.Configure<KvClusterOptions>(o => (o.ReminderMs, o.ExpiryTickMs) = (ReminderMs, 50));
        silo.Services.Configure<ReminderOptions>(o => o.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
    }
}
