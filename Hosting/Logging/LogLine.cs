using System.Globalization;
using Microsoft.Extensions.Logging;

namespace OrleansKv.Hosting.Logging;

/// <summary>How an entry of the log looks: <c>2026-11-30T05:51:12.123Z warning: Node node3 is down</c>. Pure.</summary>
internal static class LogLine
{
    public static string Of(DateTimeOffset at, LogLevel level, string text, Exception? failure)
    {
        string time = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string line = $"{time} {NameOf(level)}: {text.ReplaceLineEndings(" ")}";
        return failure is null ? line : line + Environment.NewLine + failure;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
