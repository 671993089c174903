using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Postgres;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>What Orleans' reminder service asks of its table, asked of ours through the AdoNet provider.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresReminderTableTests(PostgresInstance postgres) : IAsyncLifetime
{
    private IHost? _host;
    private IReminderTable _table = null!;

    public async Task InitializeAsync()
    {
        if (PostgresPrograms.SkipReason is not null) return;
        string database = postgres.CreateDatabase();
        await new SchemaMigrator(MigrationFiles.All, TimeProvider.System, new CollectingLogger().For<SchemaMigrator>())
            .MigrateAsync(DatabaseTarget.Parse(database), TimeSpan.FromSeconds(60));
        _host = PostgresSilo.Build(database, "unstarted", new CollectingLogger());
        _table = _host.Services.GetRequiredService<IReminderTable>();
        await _table.StartAsync(CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        _host?.Dispose();
        return Task.CompletedTask;
    }

    [PostgresTheory]
    [MemberData(nameof(ReminderTableCases.Names), MemberType = typeof(ReminderTableCases))]
    public Task Table_DoesWhatOrleansAsks(string name) => ReminderTableCases.Run(name, _table);
}
