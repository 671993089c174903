using Microsoft.Extensions.Logging;

namespace OrleansKv.Hosting.Logging;

/// <summary>
/// One category of the console's log: our own lines are sentences, those of libraries begin with the category. Any thread.
/// </summary>
internal sealed class LineLogger(LineLoggerProvider log, string category) : ILogger
{
    private const string Own = "OrleansKv.";

    private readonly string _prefix = category.StartsWith(Own, StringComparison.Ordinal) ? "" : category + ": ";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        log.Write(logLevel, _prefix + formatter(state, exception), exception);
}
