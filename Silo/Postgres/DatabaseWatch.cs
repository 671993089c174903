using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// Tells the log when the database goes and when it returns: Orleans asks it all the time, but says so in traces only. One connection of
/// its own, asked every few seconds. Stopped by its disposal, any thread.
/// </summary>
internal sealed partial class DatabaseWatch : IDisposable
{
    /// <summary>
    /// Time between two looks, s: a database that is gone is told of about as soon as Orleans' own look at its table fails.
    /// </summary>
    private const int EverySeconds = 5;

    /// <summary>Time in which it must answer, s.</summary>
    private const int AnswerSeconds = 5;

    private readonly DatabaseTarget _target;
    private readonly ILogger<DatabaseWatch> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private NpgsqlConnection? _connection;

    public DatabaseWatch(DatabaseTarget target, ILogger<DatabaseWatch> log)
    {
        (_target, _log) = (target, log);
        _watching = Task.Run(Watch);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _watching.Wait();
        _stop.Dispose();
    }

    private async Task Watch()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(EverySeconds));
        long goneSince = 0;
        try
        {
            do
            {
                Exception? failure = await Ask();
                if (failure is null == (goneSince == 0)) continue;
                if (failure is null) LogBack(_target, Stopwatch.GetElapsedTime(goneSince).TotalSeconds);
                else LogGone(_target, DatabaseErrors.Reason(DatabaseErrors.Unwrap(failure)));
                goneSince = failure is null ? 0 : Stopwatch.GetTimestamp();
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
        finally
        {
            if (_connection is not null) await _connection.DisposeAsync();
        }
    }

    // A connection that broke says nothing of the database: a new one does.
    private async Task<Exception?> Ask()
    {
        if (_connection is not null && await AskOn(_connection) is null) return null;
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = new NpgsqlConnection(_target.ForOneConnection(AnswerSeconds));
        return await AskOn(_connection);
    }

    private async Task<Exception?> AskOn(NpgsqlConnection connection)
    {
        try
        {
            if (connection.State == System.Data.ConnectionState.Closed) await connection.OpenAsync(_stop.Token);
            await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = AnswerSeconds };
            await command.ExecuteScalarAsync(_stop.Token);
            return null;
        }
        catch (Exception failure) when (
            failure is NpgsqlException or SocketException or IOException or TimeoutException or InvalidOperationException)
        {
            return failure;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Target} is not reachable ({Reason}): all shards of running nodes are served as "
        + "before, but nodes cannot join or come back and shards cannot move until it is")]
    private partial void LogGone(DatabaseTarget target, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Target} is reachable again, after {Seconds:0} s")]
    private partial void LogBack(DatabaseTarget target, double seconds);
}
