using Microsoft.Extensions.Logging;
using OrleansKv.Hosting.Logging;

namespace OrleansKv.Embedded.Tests;

/// <summary>The log on the console, entry by entry.</summary>
public sealed class LogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 6, 51, 12, 123, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warning")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "error")]
    [InlineData(LogLevel.Debug, "debug")]
    public void Of_ASentence_IsOneLineWithItsTimeInUtc(LogLevel level, string word) =>
        Assert.Equal($"2026-11-30T05:51:12.123Z {word}: Node a is down; b",
            LogLine.Of(At.ToUniversalTime(), level, "Node a is down;\nb", null));

    [Fact]
    public void Write_LevelAndCategory_ChooseWhereAndHow()
    {
        using StringWriter output = new(), errors = new();
        using var log = new LineLoggerProvider(output, errors, TimeProvider.System);
        log.CreateLogger("OrleansKv.Silo.Hosting.ClusterNews").Log(LogLevel.Warning, default, "ours", null, static (s, _) => s);
        log.CreateLogger("Orleans.Runtime.Catalog").Log(LogLevel.Warning, default, "theirs", new IOException("why"), static (s, _) => s);
        log.CreateLogger("OrleansKv.Embedded.ServerConsole")
            .Log(LogLevel.Error, default, "a defect", new IOException("why"), static (s, _) => s);
        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Matches("^[^ ]+Z warning: ours$", lines[0]);
        Assert.Matches("^[^ ]+Z warning: Orleans.Runtime.Catalog: theirs$", lines[1]);
        Assert.Equal("System.IO.IOException: why", lines[2]);
        Assert.Contains("error: a defect" + Environment.NewLine + "System.IO.IOException: why", errors.ToString(),
            StringComparison.Ordinal);
    }
}
