namespace OrleansKv.Bench.Platform;

/// <summary>The choice of poller for this platform.</summary>
internal static class ReadinessPoller
{
    public static IReadinessPoller Create() => OperatingSystem.IsLinux() ? new EpollPoller() : new SelectPoller();
}
