using Npgsql;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// A connection string that was read once: what to connect with, and what to call the place in messages (<see cref="ToString"/>, which
/// has no password). Immutable.
/// </summary>
internal sealed class DatabaseTarget
{
    // Orleans' three providers share one pool of a process. PostgreSQL takes 100 connections unless told otherwise, Npgsql's pool as many
    // alone: with 20, four nodes can be busy at once and an operator still gets in. A caller waits for a free one.
    private const int MaxPoolSize = 20;

    private const string Example = "Host=HOST;Port=5432;Database=NAME;Username=NAME;Password=...";

    private DatabaseTarget(NpgsqlConnectionStringBuilder settings)
    {
        ConnectionString = settings.ConnectionString;
        Server = $"{settings.Host}:{settings.Port}";
        Database = settings.Database ?? settings.Username ?? "";
        User = settings.Username ?? "";
    }

    /// <summary>The whole string, password included: for connections, never for a message.</summary>
    public string ConnectionString { get; }

    /// <summary>host:port.</summary>
    public string Server { get; }

    public string Database { get; }

    public string User { get; }

    /// <exception cref="DatabaseException">It cannot be read, or a part that we need is missing.</exception>
    public static DatabaseTarget Parse(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // What the parser says is kept out, even as an inner exception: it quotes what it could not read, which can be a password.
            throw new DatabaseException($"The PostgreSQL connection string cannot be read: it has to be like {Example}");
        }

        if (string.IsNullOrWhiteSpace(settings.Host)) throw Missing("Host");
        if (string.IsNullOrWhiteSpace(settings.Username)) throw Missing("Username");
        // Shown in pg_stat_activity, so that the database's operator knows who is there.
        settings.ApplicationName ??= "orleanskv";
        if (!settings.ShouldSerialize("Maximum Pool Size")) settings.MaxPoolSize = MaxPoolSize;
        return new DatabaseTarget(settings);
    }

    /// <summary>The same for one connection: without a pool, and an attempt to connect ends after this many seconds.</summary>
    public string ForOneConnection(int connectTimeoutSeconds) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = connectTimeoutSeconds }.ConnectionString;

    public override string ToString() => $"PostgreSQL database '{Database}' at {Server}";

    private static DatabaseException Missing(string part) =>
        new($"The PostgreSQL connection string has no {part}: it has to be like {Example}");
}
