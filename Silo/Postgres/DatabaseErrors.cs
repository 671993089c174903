using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// What Npgsql throws, told apart (not reachable yet, or wrong for good) and put into an operator's words. Stateless; any thread.
/// </summary>
internal static class DatabaseErrors
{
    /// <summary>The error that counts: where there are several hosts, the first that waiting does not mend, or else the first.</summary>
    public static Exception Unwrap(Exception error) => error.InnerException is AggregateException { InnerExceptions: { Count: > 0 } all }
        ? all.FirstOrDefault(each => !IsUnreachable(each), all[0])
        : error;

    /// <summary>Whether waiting can help: nobody listens, the name is not known yet, the server starts, stops or is full.</summary>
    public static bool IsUnreachable(Exception error) => error switch
    {
        PostgresException refused => refused.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TooManyConnections,
        NpgsqlException broken => broken.InnerException is SocketException or IOException or TimeoutException,
        _ => error is SocketException or IOException or TimeoutException,
    };

    /// <summary>Why it is not reachable, in a few words for the middle of a line.</summary>
    public static string Reason(Exception error) => error switch
    {
        PostgresException refused => refused.MessageText,
        { InnerException: SocketException socket } => socket.Message,
        SocketException socket => socket.Message,
        TimeoutException or { InnerException: TimeoutException } => "no answer",
        _ => "the connection broke",
    };

    /// <summary>The one line for a database that did not come within the time to wait.</summary>
    public static DatabaseException Unreachable(DatabaseTarget target, TimeSpan waited, Exception error) => new(
        string.Create(CultureInfo.InvariantCulture, $"{target} is not reachable ({Reason(error)}), waited {waited.TotalSeconds:0.#} s: ")
        + "start PostgreSQL, or correct Host and Port.",
        error);

    /// <summary>The one line for an error that waiting does not mend.</summary>
    public static DatabaseException Explain(DatabaseTarget target, Exception error) => new(Words(target, error), error);

    private static string Words(DatabaseTarget target, Exception error)
    {
        if (error is not PostgresException refused) return $"{target} cannot be used: {OneLine(error.Message)}";
        return refused.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword =>
                $"PostgreSQL at {target.Server} refused the password of user '{target.User}': correct Username and Password.",
            PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"PostgreSQL at {target.Server} does not let user '{target.User}' in: create the user, or allow it in pg_hba.conf.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"PostgreSQL at {target.Server} has no database '{target.Database}': create it (CREATE DATABASE), or correct Database.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"{target}: user '{target.User}' may not set up the schema: GRANT CREATE on it, or let its owner start a node once.",
            PostgresErrorCodes.DuplicateTable =>
                $"{target} holds tables of the same names that are not ours ({refused.MessageText}): give OrleansKv a database of its own.",
            PostgresErrorCodes.LockNotAvailable =>
                $"{target}: another node has held the migration lock for all of that time: pg_stat_activity shows what it waits for.",
            _ => $"{target} refused: {OneLine(refused.MessageText)} (SQLSTATE {refused.SqlState}).",
        };
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
