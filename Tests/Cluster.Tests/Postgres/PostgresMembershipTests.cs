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
    private readonly List<IHost> _hosts = [];

    public void Dispose() => _hosts.ForEach(host => host.Dispose());

    [PostgresTheory]
    [MemberData(nameof(MembershipTableCases.Names), MemberType = typeof(MembershipTableCases))]
    public async Task Table_DoesWhatOrleansAsks(string name) =>
        await MembershipTableCases.Run(name, await OpenAsync(await DatabaseAsync()));

    [PostgresFact]
    public async Task Clusters_InOneDatabase_DoNotSeeEachOther()
    {
        string database = await DatabaseAsync();
        IMembershipTable mine = await OpenAsync(database, "mine");
        IMembershipTable other = await OpenAsync(database, "other");
        await mine.InsertRowAsync(MembershipTableCases.Entry(1), MembershipTableCases.Next(await mine.ReadAllAsync()));
        await other.InsertRowAsync(MembershipTableCases.Entry(1), MembershipTableCases.Next(await other.ReadAllAsync()));
        await other.InsertRowAsync(MembershipTableCases.Entry(2), MembershipTableCases.Next(await other.ReadAllAsync()));

        await mine.DeleteMembershipTableEntriesAsync("mine");

        Assert.Equal(2, (await other.ReadAllAsync()).Members.Count);
        Assert.Equal(2, (await other.ReadAllAsync()).Version.Version);
        Assert.Empty((await (await OpenAsync(database, "mine")).ReadAllAsync()).Members);
    }

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
