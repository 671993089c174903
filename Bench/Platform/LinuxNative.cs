using System.Runtime.InteropServices;

namespace OrleansKv.Bench.Platform;

/// <summary>The calls of the C library that .NET has no name for. Linux only; results are the library's own, -1 sets errno.</summary>
internal static unsafe partial class LinuxNative
{
    public const int EpollAdd = 1;
    public const int EpollModify = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigContinue = 18;
    public const int SigStop = 19;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int file, byte* wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>pid 0: the calling thread. <paramref name="mask"/>: one bit a processor.</summary>
    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int pid, nuint size, ulong* mask);

    /// <summary>Replaces this process; returns only on failure. Both arrays end with null.</summary>
    [LibraryImport("libc", EntryPoint = "execvpe", SetLastError = true)]
    public static partial int Execute(byte* file, byte** arguments, byte** environment);

    /// <summary>clock_gettime; on the 64-bit platforms .NET has, timespec is two 64-bit numbers: seconds, nanoseconds.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockTime(int clock, long* timespec);
}
