using System.Runtime.InteropServices;

namespace OrleansKv.Gateway.Transport;

/// <summary>
/// How many files and sockets this process may have open (getrlimit(2)). The runtime has raised the soft limit to the hard one before we
/// run.
/// </summary>
internal static partial class DescriptorLimit
{
    /// <summary>RLIMIT_NOFILE on x86-64 and ARM64.</summary>
    private const int OpenFiles = 7;

    /// <summary>The limit; <see cref="long.MaxValue"/> where there is none or it cannot be known.</summary>
    public static long Current => OperatingSystem.IsLinux() && getrlimit(OpenFiles, out Limits limits) == 0 && limits.Soft < long.MaxValue
        ? (long)limits.Soft
        : long.MaxValue;

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limits limits);

    /// <summary>struct rlimit: rlim_t is an unsigned long.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }
}
