using Microsoft.Extensions.Logging;

namespace OrleansKv.Hosting.Logging;

/// <summary>
/// The log on the console, one line an entry: UTC time, level, sentence. Written before the call returns, so that the last line of a
/// process that ends is there. A trace follows a defect of ours always, and what libraries log only when they are shown at all (log-level
/// debug). Errors go to standard error. Any thread.
/// </summary>
internal sealed class LineLoggerProvider(TextWriter output, TextWriter errors, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();

    /// <summary>The process's own console.</summary>
    public static LineLoggerProvider OfProcess { get; } = new(Console.Out, Console.Error, TimeProvider.System);

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    public void Dispose()
    {
    }

    /// <param name="level">The entry's.</param>
    /// <param name="text">The sentence, as it was logged.</param>
    /// <param name="failure">What is shown with its trace; null for none.</param>
    public void Write(LogLevel level, string text, Exception? failure)
    {
        string line = LogLine.Of(time.GetUtcNow(), level, text, failure);
        lock (_lock) (level >= LogLevel.Error ? errors : output).WriteLine(line);
    }
}
