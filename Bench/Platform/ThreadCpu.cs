namespace OrleansKv.Bench.Platform;

/// <summary>The CPU time of the calling thread. Linux; elsewhere 0, which reports leave out.</summary>
internal static class ThreadCpu
{
    private const int ThreadCpuClock = 3;

    public static unsafe long NowNs()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        long* time = stackalloc long[2];
        return LinuxNative.ClockTime(ThreadCpuClock, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : 0;
    }
}
