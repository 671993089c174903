using Npgsql;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// The table <c>orleanskv_migration</c>: which migrations a database has had. Its rows are the numbers 1 to n without a gap; a row is
/// written in the transaction of its migration and never changed. Call it under the migrator's lock.
/// </summary>
internal static class MigrationTable
{
    /// <summary>Creates the table if need be, and compares its rows with what this program carries.</summary>
    /// <returns>The schema's version: 0 for a database that is new.</returns>
    /// <exception cref="DatabaseException">The schema is newer than this program, or another one.</exception>
    public static async Task<int> CheckAsync(
        NpgsqlConnection connection, DatabaseTarget target, IReadOnlyList<Migration> migrations, CancellationToken stop)
    {
        // Asked first: CREATE TABLE IF NOT EXISTS wants the right to create even where there is nothing to do.
        await using var ask = new NpgsqlCommand("SELECT to_regclass('orleanskv_migration') IS NOT NULL", connection);
        if (await ask.ExecuteScalarAsync(stop) is not true)
        {
            await CreateAsync(connection, stop);
            return 0;
        }

        int version = 0;
        await using var read = new NpgsqlCommand("SELECT version, name, checksum FROM orleanskv_migration ORDER BY version", connection);
        await using NpgsqlDataReader rows = await read.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            int recorded = rows.GetInt32(0);
            if (recorded > migrations.Count) throw Newer(target, recorded, rows.GetString(1), migrations.Count);
            if (recorded != version + 1) throw Gap(target, version + 1, recorded);
            if (rows.GetString(2) != migrations[version].Checksum) throw Changed(target, migrations[version], rows.GetString(2));
            version = recorded;
        }

        return version;
    }

    public static async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO orleanskv_migration (version, name, checksum) VALUES (@version, @name, @checksum)", connection);
        command.Parameters.AddWithValue("version", migration.Version);
        command.Parameters.AddWithValue("name", migration.Name);
        command.Parameters.AddWithValue("checksum", migration.Checksum);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task CreateAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        const string sql = """
            CREATE TABLE orleanskv_migration
            (
                version    integer     PRIMARY KEY,
                name       text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(),
                checksum   text        NOT NULL
            )
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static DatabaseException Newer(DatabaseTarget target, int recorded, string name, int known) => new(
        $"{target} has schema version {recorded} ({name}) and this program knows {known}: start the newer program that made it.");

    private static DatabaseException Gap(DatabaseTarget target, int missing, int recorded) => new(
        $"{target} records migration {recorded} but not {missing}: orleanskv_migration was changed by hand; restore it from a backup.");

    private static DatabaseException Changed(DatabaseTarget target, Migration migration, string recorded) => new(
        $"{target} has migration {migration.Version} ({migration.Name}) with checksum {Short(recorded)} and this program carries "
        + $"{Short(migration.Checksum)}: start the program that made this schema, or use another database.");

    private static string Short(string checksum) => checksum.Length > 12 ? checksum[..12] : checksum;
}
