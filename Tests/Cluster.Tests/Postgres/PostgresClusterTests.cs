using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>Silos with real sockets that find each other, keep state and reminders through PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresClusterTests(PostgresInstance postgres)
{
    [PostgresFact]
    public async Task TwoSilos_OneDatabase_FormOneCluster()
    {
        string database = postgres.CreateDatabase();
        await using PostgresSilo first = await PostgresSilo.StartAsync(database, "node1");
        await using PostgresSilo second = await PostgresSilo.StartAsync(database, "node2");

        await PostgresSilo.AwaitMembersAsync("node1 node2", first, second);
        // Started on the silo that calls first, and found there by the other.
        Assert.Equal("node1", await first.Grains.GetGrain<IPostgresProbeGrain>("a").WhereAsync());
        Assert.Equal("node1", await second.Grains.GetGrain<IPostgresProbeGrain>("a").WhereAsync());
        Assert.Equal("node2", await second.Grains.GetGrain<IPostgresProbeGrain>("b").WhereAsync());
        Assert.Equal("node2", await first.Grains.GetGrain<IPostgresProbeGrain>("b").WhereAsync());
    }

    [PostgresFact]
    public async Task TwoSilos_OneLeaves_TheOtherGoesOnAlone()
    {
        string database = postgres.CreateDatabase();
        await using PostgresSilo first = await PostgresSilo.StartAsync(database, "node1");
        await using (PostgresSilo second = await PostgresSilo.StartAsync(database, "node2"))
        {
            await PostgresSilo.AwaitMembersAsync("node1 node2", first, second);
            Assert.Equal(5, await second.Grains.GetGrain<IPostgresProbeGrain>("a").AddAsync(5));
        }

        await PostgresSilo.AwaitMembersAsync("node1", first);
        Assert.Equal(5, await first.Grains.GetGrain<IPostgresProbeGrain>("a").GetAsync());
    }

    [PostgresFact]
    public async Task State_FullRestart_IsThere()
    {
        string database = postgres.CreateDatabase();
        await using (PostgresSilo first = await PostgresSilo.StartAsync(database, "node1"))
        await using (PostgresSilo second = await PostgresSilo.StartAsync(database, "node2"))
        {
            await first.Grains.GetGrain<IPostgresProbeGrain>("a").AddAsync(1);
            await second.Grains.GetGrain<IPostgresProbeGrain>("a").AddAsync(41);
            await second.Grains.GetGrain<IPostgresProbeGrain>("b").AddAsync(7);
            await first.Grains.GetGrain<IPostgresProbeGrain>("cleared").AddAsync(9);
            await first.Grains.GetGrain<IPostgresProbeGrain>("cleared").ClearAsync();
        }

        await using PostgresSilo again = await PostgresSilo.StartAsync(database, "node1");

        Assert.Equal(42, await again.Grains.GetGrain<IPostgresProbeGrain>("a").GetAsync());
        Assert.Equal(7, await again.Grains.GetGrain<IPostgresProbeGrain>("b").GetAsync());
        Assert.Equal(0, await again.Grains.GetGrain<IPostgresProbeGrain>("cleared").GetAsync());
        Assert.Equal(43, await again.Grains.GetGrain<IPostgresProbeGrain>("a").AddAsync(1));
        Assert.Equal(3, await again.Grains.GetGrain<IPostgresProbeGrain>("cleared").AddAsync(3));
    }

    [PostgresFact]
    public async Task Reminder_FullRestart_IsFoundAndRemoved()
    {
        string database = postgres.CreateDatabase();
        await using (PostgresSilo first = await PostgresSilo.StartAsync(database))
        {
            await first.Grains.GetGrain<IPostgresProbeGrain>("a").RemindAsync("wake", TimeSpan.FromDays(40));
            // A second time: the row is changed, not added.
            await first.Grains.GetGrain<IPostgresProbeGrain>("a").RemindAsync("wake", TimeSpan.FromDays(30));
        }

        await using PostgresSilo again = await PostgresSilo.StartAsync(database);
        IPostgresProbeGrain grain = again.Grains.GetGrain<IPostgresProbeGrain>("a");

        Assert.True(await grain.FindReminderAsync("wake", remove: true));
        Assert.False(await grain.FindReminderAsync("wake", remove: false));
    }

    [PostgresFact]
    public async Task Reminder_FullRestart_ComesWithoutACall()
    {
        string database = postgres.CreateDatabase();
        string grain = "reminded-" + Guid.NewGuid();
        await using (PostgresSilo first = await PostgresSilo.StartAsync(database, more: ShortReminders))
        {
            await first.Grains.GetGrain<IPostgresProbeGrain>(grain).RemindAsync("wake", TimeSpan.FromSeconds(1));
            await Poll.UntilAsync("the reminder's first tick", () => PostgresProbeGrain.Ticks.ContainsKey(grain));
        }

        int before = PostgresProbeGrain.Ticks[grain];
        await using PostgresSilo again = await PostgresSilo.StartAsync(database, more: ShortReminders);

        await Poll.UntilAsync("a tick after the restart", () => PostgresProbeGrain.Ticks[grain] > before);
    }

    [PostgresFact]
    public async Task Client_OnTheDatabase_FindsAGateway()
    {
        string database = postgres.CreateDatabase();
        await using PostgresSilo silo = await PostgresSilo.StartAsync(database);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = database;
            })
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = "test";
                options.ServiceId = "test";
            }));
        using IHost host = builder.Build();
        await host.StartAsync();

        Assert.Equal("node1", await host.Services.GetRequiredService<IClusterClient>().GetGrain<IPostgresProbeGrain>("a").WhereAsync());
        await host.StopAsync();
    }

    [PostgresFact]
    public async Task Log_EveryLevel_HasNoPassword()
    {
        // As it stands Orleans would cut it behind the password, at the "Password=" that comes later.
        string database = postgres.CreateDatabase().Replace("Password=", "pwd=", StringComparison.Ordinal) + ";SSL Password=x";
        CollectingLogger log;
        await using (PostgresSilo silo = await PostgresSilo.StartAsync(database, level: LogLevel.Trace))
        {
            log = silo.Log;
            await silo.Grains.GetGrain<IPostgresProbeGrain>("a").AddAsync(1);
        }

        Assert.Contains(log.Lines, line => line.Contains("migration 4 (grain_state) applied", StringComparison.Ordinal));
        // Orleans logs its options: the strings are there, cut.
        Assert.Contains(log.Lines, line => line.Contains("ConnectionString", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(PostgresInstance.Password, StringComparison.Ordinal));
    }

    private static void ShortReminders(ISiloBuilder silo) =>
        silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
}
