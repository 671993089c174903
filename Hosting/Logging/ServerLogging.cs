using Microsoft.Extensions.Logging;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Logging;

/// <summary>
/// What of all that is logged reaches the console: our own entries from the level of <c>log-level</c> on, those of libraries with debug
/// alone.
/// </summary>
internal static class ServerLogging
{
    /// <summary>
    /// Under the names of these Orleans logs, with a stack trace, what they throw to it. Who calls them says it in plain words.
    /// </summary>
    private static readonly string[] GrainStorages =
        ["OrleansKv.Silo.Registers.MapRegisterStorage", "OrleansKv.Grains.Storage.JournalGrainStorage"];

    /// <summary>The level is looked at with each entry, so that CONFIG SET loglevel counts at once.</summary>
    public static void Configure(ILoggingBuilder logs, RuntimeConfig config)
    {
        logs.ClearProviders();
        logs.SetMinimumLevel(LogLevel.Debug);
        logs.AddProvider(LineLoggerProvider.OfProcess);
        logs.AddFilter<LineLoggerProvider>(null, IsForeign);
        logs.AddFilter<LineLoggerProvider>("OrleansKv", level => level >= LeastOf(config.Current.LogLevel));
        foreach (string storage in GrainStorages) logs.AddFilter<LineLoggerProvider>(storage, IsForeign);

        bool IsForeign(LogLevel level) => level >= LogLevel.Warning && config.Current.LogLevel == LogLevelOption.Debug;
    }

    private static LogLevel LeastOf(LogLevelOption level) => level switch
    {
        LogLevelOption.Debug => LogLevel.Debug,
        LogLevelOption.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
