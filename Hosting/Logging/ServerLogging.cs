using Microsoft.Extensions.Logging;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Logging;

/// <summary>
/// What of all that is logged reaches the console: our own entries from the level of <c>log-level</c> on, those of libraries with debug
/// alone.
/// </summary>
internal static class ServerLogging
{
    /// <summary>The level is looked at with each entry, so that CONFIG SET loglevel counts at once.</summary>
    public static void Configure(ILoggingBuilder logs, RuntimeConfig config)
    {
        logs.ClearProviders();
        logs.SetMinimumLevel(LogLevel.Debug);
        logs.AddProvider(LineLoggerProvider.OfProcess);
        logs.AddFilter<LineLoggerProvider>(null, level => level >= LogLevel.Warning && config.Current.LogLevel == LogLevelOption.Debug);
        logs.AddFilter<LineLoggerProvider>("OrleansKv", level => level >= LeastOf(config.Current.LogLevel));
    }

    private static LogLevel LeastOf(LogLevelOption level) => level switch
    {
        LogLevelOption.Debug => LogLevel.Debug,
        LogLevelOption.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
