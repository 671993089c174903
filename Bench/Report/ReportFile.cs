using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Report;

/// <summary>Writing a report where the user asked for it.</summary>
internal static class ReportFile
{
    /// <summary>Before a long run, so that its figures are not lost to a wrong path.</summary>
    public static void RefuseUnwritable(string option, string? path)
    {
        if (path is null) return;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        if (Directory.Exists(path) || !Directory.Exists(folder))
        {
            throw new UsageException(
                $"{option} '{path}': " + (Directory.Exists(path) ? "is a folder." : $"there is no folder '{folder}'."));
        }
    }

    public static void Write(string? path, Func<string> content)
    {
        if (path is null) return;
        try
        {
            File.WriteAllText(path, content());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"Cannot write the report: {e.Message}");
        }
    }
}
