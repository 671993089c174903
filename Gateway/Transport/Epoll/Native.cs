using System.Runtime.InteropServices;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>The Linux calls of the epoll transport (epoll(7), eventfd(2), recv(2), send(2)).</summary>
internal static unsafe partial class Native
{
    public const int EpollIn = 0x001;
    public const int EpollOut = 0x004;
    public const int EpollRdHup = 0x2000;
    public const int CtlAdd = 1;
    public const int CtlDel = 2;
    public const int CtlMod = 3;
    public const int Again = 11;
    public const int Interrupted = 4;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>struct epoll_event: packed on x86-64, naturally aligned elsewhere.</summary>
    public static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Offset of the 64-bit user data in it.</summary>
    public static readonly int DataOffset = EventBytes - 8;

    public static int CreateEpoll() => epoll_create1(CloseOnExec);

    public static int CreateEventFd() => eventfd(0, CloseOnExec | NonBlocking);

    public static int Control(int epoll, int operation, int fd, int events, long data)
    {
        byte* e = stackalloc byte[16];
        *(int*)e = events;
        *(long*)(e + DataOffset) = data;
        return epoll_ctl(epoll, operation, fd, e);
    }

    public static int Wait(int epoll, byte* events, int count, int timeoutMs) => epoll_wait(epoll, events, count, timeoutMs);

    public static nint Receive(int fd, Span<byte> to)
    {
        fixed (byte* p = to) return recv(fd, p, (nuint)to.Length, DontWait);
    }

    public static nint Send(int fd, ReadOnlySpan<byte> from)
    {
        fixed (byte* p = from) return send(fd, p, (nuint)from.Length, DontWait | NoSignal);
    }

    public static void Signal(int eventFd)
    {
        long one = 1;
        _ = write(eventFd, &one, 8);
    }

    public static void Drain(int eventFd)
    {
        long count;
        _ = read(eventFd, &count, 8);
    }

    public static void Close(int fd) => _ = close(fd);

    public static int Errno => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* e);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, byte* to, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* from, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, void* from, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, void* to, nuint count);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
