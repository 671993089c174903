using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Listens to what Orleans logs while the silo starts: it tries to connect for minutes, and the reason stands in the log alone. The console
/// has no lines of Orleans' unless log-level is debug; our own say what is waited for. Any thread.
/// </summary>
internal sealed class StartWatch : ILoggerProvider, ILogger
{
    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Ends with the reason when no further try can succeed: the other end is another cluster's, or shows a wrong certificate.
    /// </summary>
    public Task<string> Refused => _refused.Task;

    public volatile bool IsOver;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => !IsOver && logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            // Orleans has no type for the second.
            if (cause is AuthenticationException || cause.Message.StartsWith("Unexpected cluster id", StringComparison.Ordinal))
                _refused.TrySetResult(cause.Message);
        }
    }

    public void Dispose()
    {
    }
}
