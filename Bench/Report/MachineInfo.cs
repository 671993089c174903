using System.Runtime.InteropServices;
using OrleansKv.Bench.Platform;

namespace OrleansKv.Bench.Report;

/// <summary>What a reader must know of the machine to judge a figure. Immutable; any thread.</summary>
internal sealed record MachineInfo(
    string Os, string Kernel, string Cpu, int Cores, string GeneratorCpus, string Memory, string LoadAverage, string Runtime)
{
    public static MachineInfo Read() => new(
        (FirstValue("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription).Trim('"'),
        Environment.OSVersion.VersionString,
        FirstValue("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString(),
        CountOf("/proc/cpuinfo", "processor") is > 0 and int n ? n : Environment.ProcessorCount,
        string.Join(',', CpuPin.Allowed()),
        FirstValue("/proc/meminfo", "MemTotal", ':') ?? $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB",
        Lines("/proc/loadavg").FirstOrDefault() ?? "unknown",
        RuntimeInformation.FrameworkDescription);

    private static string? FirstValue(string path, string name, char separator) => Lines(path)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(separator))
        .Select(line => line[(line.IndexOf(separator) + 1)..].Trim())
        .FirstOrDefault();

    private static int CountOf(string path, string name) => Lines(path).Count(line => line.StartsWith(name, StringComparison.Ordinal));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
