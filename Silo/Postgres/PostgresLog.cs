using Microsoft.Extensions.Logging;

namespace OrleansKv.Silo.Postgres;

/// <summary>What the PostgreSQL part says to the log; no line holds a password.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Target} is not reachable ({Reason}): waiting for it, {LeftSeconds:0} s more at the most")]
    public static partial void Waiting(ILogger logger, DatabaseTarget target, string reason, double leftSeconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Target}: migration {Version} ({Name}) applied")]
    public static partial void Applied(ILogger logger, DatabaseTarget target, int version, string name);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Target}: the schema is at version {Version}, {Applied} migrations were applied")]
    public static partial void UpToDate(ILogger logger, DatabaseTarget target, int version, int applied);
}
