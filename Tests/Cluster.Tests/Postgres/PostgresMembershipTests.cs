using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Postgres;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>What Orleans' membership protocol asks of its table, asked of ours through the AdoNet provider.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresMembershipTests(PostgresInstance postgres) : IDisposable
{
    // Whole milliseconds: a time is kept with microseconds, and written as text with milliseconds.
    private static readonly DateTime Now = new(2026, 8, 1, 12, 0, 0, 123, DateTimeKind.Utc);

    private readonly List<IHost> _hosts = [];

    public void Dispose() => _hosts.ForEach(host => host.Dispose());

    [PostgresFact]
    public async Task ReadAll_NewCluster_HasAVersionAndNoSilos()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());

        MembershipTableData read = await table.ReadAllAsync();

        Assert.Empty(read.Members);
        Assert.Equal(0, read.Version.Version);
    }

    [PostgresFact]
    public async Task InsertRow_AllFields_AreReadBack()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        MembershipEntry entry = Entry(1);

        Assert.True(await table.InsertRowAsync(entry, Next(await table.ReadAllAsync())));

        MembershipTableData read = await table.ReadRowAsync(entry.SiloAddress);
        MembershipEntry found = Assert.Single(read.Members).Item1;
        Assert.Equal(1, read.Version.Version);
        Assert.Equal(
            (entry.SiloAddress, "silo1", "host1", SiloStatus.Joining, 30001, Now, Now),
            (found.SiloAddress, found.SiloName, found.HostName, found.Status, found.ProxyPort, found.StartTime, found.IAmAliveTime));
        Assert.Empty(found.SuspectTimes ?? []);
        Assert.Empty((await table.ReadRowAsync(Entry(2).SiloAddress)).Members);
        Assert.Equal(1, (await table.ReadRowAsync(Entry(2).SiloAddress)).Version.Version);
    }

    [PostgresFact]
    public async Task InsertRow_StaleVersion_ChangesNothing()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        MembershipTableData stale = await table.ReadAllAsync();
        Assert.True(await table.InsertRowAsync(Entry(1), Next(stale)));

        Assert.False(await table.InsertRowAsync(Entry(2), Next(stale)));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Equal(Entry(1).SiloAddress, Assert.Single(read.Members).Item1.SiloAddress);
        Assert.Equal(1, read.Version.Version);
    }

    [PostgresFact]
    public async Task InsertRow_SameSiloAgain_ChangesNothing()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        Assert.True(await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync())));

        Assert.False(await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync())));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members);
        Assert.Equal(1, read.Version.Version);
    }

    [PostgresFact]
    public async Task InsertRow_EightAtOnceWithOneVersion_OneWins()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        MembershipTableData start = await table.ReadAllAsync();

        bool[] won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => table.InsertRowAsync(Entry(i), Next(start)))));

        Assert.Single(won, true);
        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members);
        Assert.Equal(1, read.Version.Version);
    }

    [PostgresFact]
    public async Task UpdateRow_RightVersion_ChangesStatusAndSuspects()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        MembershipEntry dead = Entry(1);
        dead.Status = SiloStatus.Dead;
        dead.SuspectTimes = [Tuple.Create(Entry(2).SiloAddress, Now), Tuple.Create(Entry(3).SiloAddress, Now.AddSeconds(1))];
        dead.IAmAliveTime = Now.AddMinutes(1);

        MembershipTableData before = await table.ReadAllAsync();
        Assert.True(await table.UpdateRowAsync(dead, ETagOf(before, dead), Next(before)));

        MembershipTableData read = await table.ReadAllAsync();
        MembershipEntry found = Assert.Single(read.Members).Item1;
        Assert.Equal(2, read.Version.Version);
        Assert.Equal((SiloStatus.Dead, Now.AddMinutes(1)), (found.Status, found.IAmAliveTime));
        Assert.Equal(dead.SuspectTimes, found.SuspectTimes);
    }

    [PostgresFact]
    public async Task UpdateRow_StaleVersionOrUnknownSilo_ChangesNothing()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        MembershipTableData stale = await table.ReadAllAsync();
        await table.InsertRowAsync(Entry(2), Next(stale));
        MembershipTableData now = await table.ReadAllAsync();
        MembershipEntry dead = Entry(1);
        dead.Status = SiloStatus.Dead;

        Assert.False(await table.UpdateRowAsync(dead, ETagOf(stale, dead), Next(stale)));
        Assert.False(await table.UpdateRowAsync(dead, ETagOf(stale, dead), Next(now)));
        Assert.False(await table.UpdateRowAsync(Entry(3), ETagOf(now, dead), Next(now)));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.All(read.Members, member => Assert.Equal(SiloStatus.Joining, member.Item1.Status));
        Assert.Equal(2, read.Version.Version);
    }

    [PostgresFact]
    public async Task UpdateRow_EightAtOnceWithOneVersion_OneWins()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        for (int i = 1; i <= 8; i++) Assert.True(await table.InsertRowAsync(Entry(i), Next(await table.ReadAllAsync())));
        MembershipTableData start = await table.ReadAllAsync();

        bool[] won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            MembershipEntry active = Entry(i);
            active.Status = SiloStatus.Active;
            return table.UpdateRowAsync(active, ETagOf(start, active), Next(start));
        })));

        Assert.Single(won, true);
        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members, member => member.Item1.Status == SiloStatus.Active);
        Assert.Equal(9, read.Version.Version);
    }

    [PostgresFact]
    public async Task UpdateIAmAlive_OneSilo_LeavesTheVersionAndTheOthers()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        await table.InsertRowAsync(Entry(2), Next(await table.ReadAllAsync()));
        MembershipEntry alive = Entry(1);
        alive.IAmAliveTime = Now.AddHours(1);

        await table.UpdateIAmAliveAsync(alive);

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Equal(2, read.Version.Version);
        Assert.Equal([Now.AddHours(1), Now], read.Members.OrderBy(m => m.Item1.SiloName).Select(m => m.Item1.IAmAliveTime));
    }

    [PostgresFact]
    public async Task CleanupDefunctSiloEntries_OldAndNew_TakesTheOldThatAreNotActive()
    {
        IMembershipTable table = await OpenAsync(await DatabaseAsync());
        foreach (var (number, status, aliveAt) in new[]
                 {
                     (1, SiloStatus.Dead, Now), (2, SiloStatus.Active, Now), (3, SiloStatus.Dead, Now.AddDays(2)),
                     (4, SiloStatus.Joining, Now),
                 })
        {
            MembershipEntry entry = Entry(number);
            entry.Status = status;
            entry.IAmAliveTime = aliveAt;
            await table.InsertRowAsync(entry, Next(await table.ReadAllAsync()));
        }

        await table.CleanupDefunctSiloEntriesAsync(Now.AddDays(1));

        Assert.Equal(["silo2", "silo3"], (await table.ReadAllAsync()).Members.Select(m => m.Item1.SiloName).Order());
    }

    [PostgresFact]
    public async Task Clusters_InOneDatabase_DoNotSeeEachOther()
    {
        string database = await DatabaseAsync();
        IMembershipTable mine = await OpenAsync(database, "mine");
        IMembershipTable other = await OpenAsync(database, "other");
        await mine.InsertRowAsync(Entry(1), Next(await mine.ReadAllAsync()));
        await other.InsertRowAsync(Entry(1), Next(await other.ReadAllAsync()));
        await other.InsertRowAsync(Entry(2), Next(await other.ReadAllAsync()));

        await mine.DeleteMembershipTableEntriesAsync("mine");

        Assert.Equal(2, (await other.ReadAllAsync()).Members.Count);
        Assert.Equal(2, (await other.ReadAllAsync()).Version.Version);
        Assert.Empty((await (await OpenAsync(database, "mine")).ReadAllAsync()).Members);
    }

    // Orleans hands the table the ETag that it read with the row. The AdoNet provider gives every row the table's, and compares it with the
    // version's.
    private static string ETagOf(MembershipTableData read, MembershipEntry entry) =>
        read.Members.Single(m => m.Item1.SiloAddress.Equals(entry.SiloAddress)).Item2;

    private static TableVersion Next(MembershipTableData read) => read.Version.Next();

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11000 + number, 77),
        SiloName = $"silo{number}",
        HostName = $"host{number}",
        Status = SiloStatus.Joining,
        ProxyPort = 30000 + number,
        StartTime = Now,
        IAmAliveTime = Now,
    };

    private async Task<string> DatabaseAsync()
    {
        string database = postgres.CreateDatabase();
        await new SchemaMigrator(MigrationFiles.All, TimeProvider.System, new CollectingLogger().For<SchemaMigrator>())
            .MigrateAsync(DatabaseTarget.Parse(database), TimeSpan.FromSeconds(60));
        return database;
    }

    private async Task<IMembershipTable> OpenAsync(string database, string clusterId = "test")
    {
        IHost host = PostgresSilo.Build(database, "unstarted", new CollectingLogger(), clusterId: clusterId);
        _hosts.Add(host);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        return table;
    }
}
