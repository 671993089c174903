using System.Globalization;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Postgres;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresMigratorTests(PostgresInstance postgres)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly CollectingLogger _log = new();

    [PostgresFact]
    public async Task Migrate_EmptyDatabase_AppliesAllInOrder()
    {
        string database = postgres.CreateDatabase();

        int applied = await MigrateAsync(database);

        Assert.Equal(MigrationFiles.All.Count, applied);
        Assert.Equal(Expected(MigrationFiles.All), Recorded(database));
        Assert.True(PostgresInstance.Ask<bool>(
            database, "SELECT bool_and(applied_at > now() - interval '1 hour') FROM orleanskv_migration"));
        // What Orleans' providers look up: 9 for membership, 7 for reminders, 4 for grain state.
        Assert.Equal(20, PostgresInstance.Ask<long>(database, "SELECT count(*) FROM OrleansQuery"));
    }

    [PostgresFact]
    public async Task Migrate_SecondTime_AppliesNothing()
    {
        string database = postgres.CreateDatabase();
        await MigrateAsync(database);
        string recorded = Recorded(database);

        int applied = await MigrateAsync(database);

        Assert.Equal(0, applied);
        Assert.Equal(recorded, Recorded(database));
    }

    [PostgresFact]
    public async Task Migrate_FourAtOnce_EachIsAppliedOnce()
    {
        string database = postgres.CreateDatabase();

        int[] applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync(database))));

        Assert.Equal(MigrationFiles.All.Count, applied.Sum());
        Assert.Equal(Expected(MigrationFiles.All), Recorded(database));
    }

    [PostgresFact]
    public async Task Migrate_NewMigration_AppliesOnlyThat()
    {
        string database = postgres.CreateDatabase();
        await MigrateAsync(database);
        Migration[] more = [.. MigrationFiles.All, new Migration(MigrationFiles.All.Count + 1, "more", "CREATE TABLE more (id integer);")];

        int applied = await MigrateAsync(database, more);

        Assert.Equal(1, applied);
        Assert.Equal(Expected(more), Recorded(database));
    }

    [PostgresFact]
    public async Task Migrate_SecondOfTwoFails_FirstStaysAndSecondLeavesNothing()
    {
        string database = postgres.CreateDatabase();
        var first = new Migration(1, "first", "CREATE TABLE first_table (id integer);");
        var bad = new Migration(2, "bad", "CREATE TABLE second_table (id integer); INSERT INTO nowhere VALUES (1);");

        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database, [first, bad]));

        AssertOneLine(refusal);
        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Expected([first]), Recorded(database));
        Assert.True(PostgresInstance.Ask<bool>(database, "SELECT to_regclass('second_table') IS NULL"));
    }

    [PostgresFact]
    public async Task Migrate_NewerSchema_Refused()
    {
        string database = postgres.CreateDatabase();
        await MigrateAsync(database);

        DatabaseException refusal =
            await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database, [.. MigrationFiles.All.Take(3)]));

        AssertOneLine(refusal);
        Assert.Equal(
            $"PostgreSQL database '{Name(database)}' at 127.0.0.1:{postgres.Port} has schema version 4 (grain_state) and this program "
                + $"knows 3: "
            + "start the newer program that made it.",
            refusal.Message);
    }

    [PostgresFact]
    public async Task Migrate_ChangedChecksum_RefusedAndNothingApplied()
    {
        string database = postgres.CreateDatabase();
        await MigrateAsync(database, [.. MigrationFiles.All.Take(3)]);
        PostgresInstance.Execute(database, "UPDATE orleanskv_migration SET checksum = repeat('0', 64) WHERE version = 2");
        string recorded = Recorded(database);

        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database));

        AssertOneLine(refusal);
        Assert.Contains("migration 2 (membership) with checksum 000000000000", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(recorded, Recorded(database));
    }

    [PostgresFact]
    public async Task Migrate_RowTakenAway_Refused()
    {
        string database = postgres.CreateDatabase();
        await MigrateAsync(database);
        PostgresInstance.Execute(database, "DELETE FROM orleanskv_migration WHERE version = 2");

        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database));

        AssertOneLine(refusal);
        Assert.Contains("records migration 3 but not 2", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_TablesOfAnotherOrleans_SaysSo()
    {
        string database = postgres.CreateDatabase();
        PostgresInstance.Execute(database, "CREATE TABLE OrleansQuery (QueryKey text)");

        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database));

        AssertOneLine(refusal);
        Assert.Contains("give OrleansKv a database of its own", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_LockIsHeld_SaysSoAfterTheWait()
    {
        string database = postgres.CreateDatabase();
        await using var holder = new Npgsql.NpgsqlConnection(database);
        await holder.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand($"SELECT pg_advisory_lock({SchemaMigrator.LockKey})", holder);
        await command.ExecuteNonQueryAsync();

        DatabaseException refusal =
            await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database, wait: TimeSpan.FromSeconds(1)));

        AssertOneLine(refusal);
        Assert.Contains("another node has held the migration lock", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_UserWithoutRights_UsesASchemaThatIsThereAndCannotMakeOne()
    {
        string database = postgres.CreateDatabase();
        string user = "reader_of_" + Name(database);
        PostgresInstance.Execute(database, $"CREATE USER {user} PASSWORD '{PostgresInstance.Password}'");
        string reader = database.Replace("Username=" + PostgresInstance.User, "Username=" + user, StringComparison.Ordinal);

        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(reader));
        await MigrateAsync(database);
        PostgresInstance.Execute(database, $"GRANT SELECT ON orleanskv_migration TO {user}");
        int applied = await MigrateAsync(reader);

        AssertOneLine(refusal);
        Assert.Contains($"user '{user}' may not set up the schema", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, applied);
    }

    private static string Name(string connectionString) => DatabaseTarget.Parse(connectionString).Database;

    private static string Expected(IEnumerable<Migration> migrations) =>
        string.Join(',', migrations.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Version} {m.Name} {m.Checksum}")));

    private static string Recorded(string database) => PostgresInstance.Ask<string>(
        database, "SELECT string_agg(version || ' ' || name || ' ' || checksum, ',' ORDER BY version) FROM orleanskv_migration");

    private static void AssertOneLine(DatabaseException refusal)
    {
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain(PostgresInstance.Password, refusal.ToString(), StringComparison.Ordinal);
    }

    private Task<int> MigrateAsync(string database, IReadOnlyList<Migration>? migrations = null, TimeSpan? wait = null) =>
        new SchemaMigrator(migrations ?? MigrationFiles.All, TimeProvider.System, _log.For<SchemaMigrator>())
            .MigrateAsync(DatabaseTarget.Parse(database), wait ?? Wait);
}
