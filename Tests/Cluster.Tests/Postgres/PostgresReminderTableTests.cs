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
    private static readonly DateTime Start = new(2026, 8, 1, 12, 0, 0, 123, DateTimeKind.Utc);

    private IHost? _host;
    private IReminderTable _table = null!;

    public async Task InitializeAsync()
    {
        if (PostgresPrograms.WhyNot is not null) return;
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

    [PostgresFact]
    public async Task UpsertRow_NewAndAgain_KeepsTheLastUnderANewVersion()
    {
        GrainId grain = Grain(1);

        string? first = await _table.UpsertRow(Reminder(grain, "r", TimeSpan.FromMinutes(1)));
        // More milliseconds than an int holds.
        string? second = await _table.UpsertRow(Reminder(grain, "r", TimeSpan.FromDays(40)));

        ReminderEntry? found = await _table.ReadRow(grain, "r");
        Assert.NotEqual(first, second);
        Assert.NotNull(found);
        Assert.Equal(
            (grain, "r", Start, TimeSpan.FromDays(40), second),
            (found.GrainId, found.ReminderName, found.StartAt, found.Period, found.ETag));
    }

    [PostgresFact]
    public async Task ReadRow_NotThere_IsNull()
    {
        await _table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1)));

        Assert.Null(await _table.ReadRow(Grain(1), "other"));
        Assert.Null(await _table.ReadRow(Grain(2), "r"));
    }

    [PostgresFact]
    public async Task ReadRows_OfAGrain_GivesAllItsRemindersAndNoOthers()
    {
        await _table.UpsertRow(Reminder(Grain(1), "a", TimeSpan.FromMinutes(1)));
        await _table.UpsertRow(Reminder(Grain(1), "b", TimeSpan.FromMinutes(1)));
        await _table.UpsertRow(Reminder(Grain(2), "c", TimeSpan.FromMinutes(1)));

        ReminderTableData read = await _table.ReadRows(Grain(1));

        Assert.Equal(["a", "b"], read.Reminders.Select(r => r.ReminderName).Order());
        Assert.Empty((await _table.ReadRows(Grain(3))).Reminders);
    }

    [PostgresFact]
    public async Task RemoveRow_StaleVersion_LeavesIt()
    {
        string stale = (await _table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1))))!;
        string current = (await _table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(2))))!;

        Assert.False(await _table.RemoveRow(Grain(1), "r", stale));
        Assert.NotNull(await _table.ReadRow(Grain(1), "r"));
        Assert.True(await _table.RemoveRow(Grain(1), "r", current));
        Assert.Null(await _table.ReadRow(Grain(1), "r"));
        Assert.False(await _table.RemoveRow(Grain(1), "r", current));
    }

    [PostgresFact]
    public async Task ReadRows_EveryKindOfRange_GivesWhatIsInIt()
    {
        GrainId[] grains = [.. Enumerable.Range(0, 60).Select(Grain)];
        foreach (GrainId grain in grains) await _table.UpsertRow(Reminder(grain, "r", TimeSpan.FromMinutes(1)));
        uint[] hashes = [.. grains.Select(grain => grain.GetUniformHashCode()).Order()];
        // Both halves of the ring have some, or a signed and an unsigned comparison would not differ.
        Assert.Contains(hashes, hash => hash < 0x80000000);
        Assert.Contains(hashes, hash => hash >= 0x80000000);
        // Ends between grains and on grains, around 0 and around the middle, where the sign of an integer changes.
        uint[] ends = [0, 1, 0x7FFFFFFF, 0x80000000, uint.MaxValue, hashes[0], hashes[20], hashes[40], hashes[^1], hashes[10] + 1];
        foreach (uint begin in ends)
        {
            foreach (uint end in ends)
            {
                ReminderTableData read = await _table.ReadRows(begin, end);

                IEnumerable<uint> expected = hashes.Where(hash =>
                    begin < end ? hash > begin && hash <= end : begin == end || hash > begin || hash <= end);
                Assert.Equal(expected, read.Reminders.Select(r => r.GrainId.GetUniformHashCode()).Order());
            }
        }
    }

    [PostgresFact]
    public async Task TestOnlyClearTable_SomeReminders_TakesAll()
    {
        await _table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1)));

        await _table.TestOnlyClearTable();

        Assert.Null(await _table.ReadRow(Grain(1), "r"));
    }

    private static GrainId Grain(int number) => GrainId.Create("reminded", $"grain{number}");

    private static ReminderEntry Reminder(GrainId grain, string name, TimeSpan period) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Start, Period = period };
}
