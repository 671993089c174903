using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace OrleansKv.Client.Connection;

/// <summary>
/// Listens to what Orleans' client logs: the reasons of failed connections stand in its log alone. What it says goes on to the
/// application's log at debug, without a line a try at a higher level. Any thread.
/// </summary>
internal sealed class ConnectionWatch(ILoggerFactory? application) : ILoggerProvider
{
    private readonly TaskCompletionSource<string> _otherCluster = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with Orleans' words when a node is another cluster's: no further try can succeed.</summary>
    public Task<string> OtherCluster => _otherCluster.Task;

    /// <summary>Why the last TLS handshake failed; null when none did.</summary>
    public string? TlsFailure { get; private set; }

    public ILogger CreateLogger(string categoryName) => new Listener(this, application?.CreateLogger(categoryName));

    public void Dispose()
    {
    }

    private void Look(Exception? exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException) TlsFailure = cause.Message;
            // Orleans has no type for it.
            if (cause.Message.StartsWith("Unexpected cluster id", StringComparison.Ordinal)) _otherCluster.TrySetResult(cause.Message);
        }
    }

    private sealed class Listener(ConnectionWatch watch, ILogger? application) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning || application?.IsEnabled(LogLevel.Debug) == true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            watch.Look(exception);
            application?.Log(logLevel < LogLevel.Debug ? logLevel : LogLevel.Debug, eventId, state, exception, formatter);
        }
    }
}
