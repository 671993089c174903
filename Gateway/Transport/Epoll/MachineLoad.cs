using System.Diagnostics;
using System.Globalization;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// How many processors other processes leave to this one: /proc/stat (proc(5)) less the process's own time, between two readings. Where
/// /proc/stat cannot be read, all are left. One thread at a time.
/// </summary>
internal sealed class MachineLoad
{
    /// <summary>USER_HZ, the unit of /proc/stat: 100 a second on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly ulong _affinity = AffinityOfProcess();
    private (long At, long BusyTicks, TimeSpan Own) _last;

    /// <summary>Processors without the others' use since the last reading; null at the first since <see cref="Forget"/>.</summary>
    public double? FreeProcessors()
    {
        (long busy, int processors) = BusyTicks(Read(), IsAllowed);
        (long At, long BusyTicks, TimeSpan Own) last = _last, now = (Stopwatch.GetTimestamp(), busy, Environment.CpuUsage.TotalTime);
        _last = now;
        if (last.At == 0) return null;
        double seconds = Stopwatch.GetElapsedTime(last.At, now.At).TotalSeconds;
        double others = ((now.BusyTicks - last.BusyTicks) / TicksPerSecond) - (now.Own - last.Own).TotalSeconds;
        return Math.Max(processors, 1) - Math.Max(0, others / seconds);
    }

    /// <summary>The next reading is a first one.</summary>
    public void Forget() => _last = default;

    /// <summary>
    /// Adds up the lines "cpu0 user nice system idle iowait irq softirq steal ..." of the allowed processors, without idle, iowait
    /// and what the hypervisor took: ticks in use since the start, and the number of those processors. 0 and 0 for a text without such
    /// lines.
    /// </summary>
    public static (long Busy, int Processors) BusyTicks(ReadOnlySpan<char> text, Func<int, bool> isAllowed)
    {
        const int Idle = 4, IoWait = 5, SoftIrq = 7;
        long busy = 0;
        int processors = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (!line.StartsWith("cpu", StringComparison.Ordinal)) break; // they come first
            int field = 0;
            foreach (Range range in line.Split(' '))
            {
                ReadOnlySpan<char> word = line[range];
                bool isNumber = long.TryParse(
                    field == 0 ? word[3..] : word, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
                if (field == 0 && !(isNumber && isAllowed((int)number))) break; // the line of all together has no number
                if (field == 0) processors++;
                else if (isNumber && field is <= SoftIrq and not (Idle or IoWait)) busy += number;
                field++;
            }
        }

        return (busy, processors);
    }

    private bool IsAllowed(int processor) => processor >= 64 || (_affinity >> processor & 1) != 0;

    private static string Read()
    {
        try
        {
            return File.ReadAllText("/proc/stat");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static ulong AffinityOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? (ulong)process.ProcessorAffinity : ulong.MaxValue;
    }
}
