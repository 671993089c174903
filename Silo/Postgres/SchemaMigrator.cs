using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// Brings a database's schema to this program's version. Several nodes may do it at once: each migration is applied and recorded in one
/// transaction, under an advisory lock that lasts as long as the transaction, and what is missing is read again under that lock. So a
/// migration is applied once or not at all, whenever a node or the database dies. Holds no state: any thread.
/// </summary>
/// <param name="migrations">Numbers 1, 2, 3, ... in order.</param>
internal sealed class SchemaMigrator(IReadOnlyList<Migration> migrations, TimeProvider clock, ILogger<SchemaMigrator> logger)
{
    // "OrlnsKv" in ASCII: any number will do that all nodes take and nobody else in the database does.
    public const long LockKey = 0x4F726C6E734B76;

    // A server that drops packets instead of refusing them must not eat all of the waiting time in one attempt.
    private const int ConnectTimeoutSeconds = 5;

    // Short enough that a node starts soon after its database, long enough not to fill the database's log.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Applies what is missing.</summary>
    /// <param name="wait">How long to wait for a database that is not reachable, and for another node's migration; at most a day.</param>
    /// <returns>How many migrations this call applied.</returns>
    /// <exception cref="DatabaseException">It could not be done: what, where, what to do.</exception>
    public async Task<int> MigrateAsync(DatabaseTarget target, TimeSpan wait, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(1));
        long start = clock.GetTimestamp();
        var applied = new List<Migration>();
        for (bool first = true; ; first = false)
        {
            Exception error;
            try
            {
                await ApplyAllAsync(target, wait - clock.GetElapsedTime(start), applied, stop);
                break;
            }
            catch (Exception caught) when (caught is NpgsqlException or SocketException or IOException or TimeoutException)
            {
                error = DatabaseErrors.Unwrap(caught);
            }

            if (!DatabaseErrors.IsUnreachable(error)) throw DatabaseErrors.Explain(target, error);
            TimeSpan left = wait - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) throw DatabaseErrors.Unreachable(target, wait, error);
            if (first) PostgresLog.Waiting(logger, target, DatabaseErrors.Reason(error), left.TotalSeconds);
            await Task.Delay(left < RetryInterval ? left : RetryInterval, clock, stop);
        }

        foreach (Migration migration in applied) PostgresLog.Applied(logger, target, migration.Version, migration.Name);
        PostgresLog.UpToDate(logger, target, migrations.Count, applied.Count);
        return applied.Count;
    }

    private async Task ApplyAllAsync(DatabaseTarget target, TimeSpan left, List<Migration> applied, CancellationToken stop)
    {
        int connectSeconds = Math.Clamp((int)Math.Ceiling(left.TotalSeconds), 1, ConnectTimeoutSeconds);
        await using var connection = new NpgsqlConnection(target.ForOneConnection(connectSeconds));
        await connection.OpenAsync(stop);
        while (await ApplyNextAsync(connection, target, left, stop) is { } migration) applied.Add(migration);
    }

    /// <summary>The next missing migration, applied and recorded; null when there is none.</summary>
    private async Task<Migration?> ApplyNextAsync(NpgsqlConnection connection, DatabaseTarget target, TimeSpan left, CancellationToken stop)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await LockAsync(connection, left, stop);
        int version = await MigrationTable.CheckAsync(connection, target, migrations, stop);
        Migration? next = version < migrations.Count ? migrations[version] : null;
        if (next is not null)
        {
            await using var command = new NpgsqlCommand(next.Sql, connection);
            await command.ExecuteNonQueryAsync(stop);
            await MigrationTable.RecordAsync(connection, next, stop);
        }

        await transaction.CommitAsync(stop);
        return next;
    }

    // A lock of the transaction, not of the session: it also holds behind a pooler that gives each transaction another session.
    private static async Task LockAsync(NpgsqlConnection connection, TimeSpan left, CancellationToken stop)
    {
        // 0 would mean for ever.
        int timeoutMs = (int)Math.Max(1000, left.TotalMilliseconds);
        string sql = $"SET LOCAL lock_timeout = {timeoutMs}; SELECT pg_advisory_xact_lock({LockKey})";
        await using var command = new NpgsqlCommand(sql, connection);
        // The server's own bound comes first, so that the message is the lock's.
        command.CommandTimeout = timeoutMs / 1000 + 5;
        await command.ExecuteNonQueryAsync(stop);
    }
}
