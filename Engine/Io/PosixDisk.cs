using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OrleansKv.Engine.Io;

/// <summary>fdatasync(2), fallocate(2) and the flush of a folder, where the platform has them; .NET's own calls elsewhere.</summary>
internal static partial class PosixDisk
{
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC, the same on every Linux
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int TooLarge = 27;

    public static void FlushFile(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        while (fdatasync(handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new IOException($"{path}: fdatasync failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public static ReserveResult Reserve(SafeFileHandle handle, long length)
    {
        if (!OperatingSystem.IsLinux()) return ReserveResult.Unsupported;
        while (fallocate(handle, KeepSize, 0, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Interrupted) continue;
            return error is NoSpace or QuotaExceeded or TooLarge ? ReserveResult.Full : ReserveResult.Unsupported;
        }

        return ReserveResult.Reserved;
    }

    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals its directories
        int fd = open(folder, ReadOnly);
        if (fd < 0) throw new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        try
        {
            if (fsync(fd) != 0) throw new IOException(
                $"{folder}: fsync failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        finally
        {
            _ = close(fd);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
