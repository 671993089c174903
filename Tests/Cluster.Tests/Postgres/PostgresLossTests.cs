using Orleans.Configuration;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>The database, a private one for each test, dies under a running cluster, and comes back.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresLossTests
{
    [PostgresFact]
    public async Task DatabaseLost_RunningMembers_ServeCallsAndRefuseOnlyWhatNeedsIt()
    {
        using var postgres = new PostgresInstance();
        string database = postgres.CreateDatabase();
        await using PostgresSilo first = await PostgresSilo.StartAsync(database, "node1", more: AskTheTableOften);
        await using PostgresSilo second = await PostgresSilo.StartAsync(database, "node2", more: AskTheTableOften);
        await PostgresSilo.AwaitMembersAsync("node1 node2", first, second);
        IPostgresProbeGrain near = first.Grains.GetGrain<IPostgresProbeGrain>("on node1");
        IPostgresProbeGrain far = first.Grains.GetGrain<IPostgresProbeGrain>("on node2");
        Assert.Equal(1, await near.AddAsync(1));
        Assert.Equal(10, await second.Grains.GetGrain<IPostgresProbeGrain>("on node2").AddAsync(10));

        postgres.Stop();
        try
        {
            await AwaitNoticedAsync(first, second);
            Assert.Equal((1, "node1"), (await near.GetAsync(), await near.WhereAsync()));
            Assert.Equal((10, "node2"), (await far.GetAsync(), await far.WhereAsync()));
            await Assert.ThrowsAnyAsync<Exception>(() => near.AddAsync(1));
            Assert.Equal(1, await near.GetAsync());
            Assert.Equal("node1 node2", first.ActiveMembers);
            Assert.Equal("node1 node2", second.ActiveMembers);
        }
        finally
        {
            // Also for silos that are to leave in good order.
            postgres.Start();
        }
    }

    [PostgresFact]
    public async Task DatabaseBack_Cluster_WritesRemindsAndTakesAThirdMember()
    {
        using var postgres = new PostgresInstance();
        string database = postgres.CreateDatabase();
        await using PostgresSilo first = await PostgresSilo.StartAsync(database, "node1", more: AskTheTableOften);
        await using PostgresSilo second = await PostgresSilo.StartAsync(database, "node2", more: AskTheTableOften);
        await PostgresSilo.AwaitMembersAsync("node1 node2", first, second);
        IPostgresProbeGrain grain = second.Grains.GetGrain<IPostgresProbeGrain>("a");
        await grain.AddAsync(1);
        await grain.RemindAsync("wake", TimeSpan.FromHours(1));
        postgres.Stop();
        Task<PostgresSilo> joining;
        var log = new CollectingLogger();
        try
        {
            await AwaitNoticedAsync(first, second);
            joining = PostgresSilo.StartAsync(database, "node3", log: log);
            await Poll.UntilAsync("the joining node to say that it waits", () => log.Lines.Any(line => line.Contains("waiting for it")));
        }
        finally
        {
            postgres.Start();
        }

        await using PostgresSilo third = await joining;
        await PostgresSilo.AwaitMembersAsync("node1 node2 node3", first, second, third);
        // The pool still has connections that are dead.
        await Poll.UntilAsync("a write to succeed", async () => await grain.AddAsync(1) == 2);
        Assert.True(await grain.FindReminderAsync("wake", remove: true));
        Assert.Equal(2, await third.Grains.GetGrain<IPostgresProbeGrain>("a").GetAsync());
    }

    private static void AskTheTableOften(ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(options =>
    {
        options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(1);
    });

    // The silos have asked the table and got no answer, or they could not go on in spite of it.
    private static async Task AwaitNoticedAsync(params PostgresSilo[] silos)
    {
        foreach (PostgresSilo silo in silos)
        {
            await Poll.UntilAsync(
                $"{silo.Address} to log that its membership table does not answer",
                () => silo.Log.Lines.Any(line => line.Contains("Failed to refresh membership table", StringComparison.Ordinal)
                    || line.Contains("Failed to update table entry", StringComparison.Ordinal)));
        }
    }
}
