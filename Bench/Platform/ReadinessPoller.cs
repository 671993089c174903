// Owns: the choice of poller for this platform.
namespace OrleansKv.Bench.Platform;

internal static class ReadinessPoller
{
    public static IReadinessPoller Create() => OperatingSystem.IsLinux() ? new EpollPoller() : new SelectPoller();
}
