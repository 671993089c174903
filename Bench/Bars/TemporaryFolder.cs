using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>A folder that is gone when it is disposed. Thread: one.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string parent)
    {
        try
        {
            Path = System.IO.Path.Combine(parent, $"orleanskv-bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"Cannot make a data folder in '{parent}': {e.Message}");
        }
    }

    public string Path { get; }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Left behind: {Path} ({e.Message})");
        }
    }
}
