using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OrleansKv.Bench.Platform;

/// <summary>
/// One level-triggered epoll instance; Linux only. Why not System.Net.Sockets' own loop: with one thread that polls, receives, parses and
/// sends there is no hand-over between threads and no task a receive, inline completions or not; a request's cost is the kernel's plus
/// ours. One worker's thread.
/// </summary>
internal sealed class EpollPoller : IReadinessPoller
{
    private const uint In = 0x001;
    private const uint Out = 0x004;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;
    private const int MaxEvents = 256;

    // struct epoll_event { uint32 events; uint64 data; }: packed on x86-64 (12 bytes), naturally aligned elsewhere (16).
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture is Architecture.X64;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int DataAt = Packed ? 4 : 8;

    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(MaxEvents * EventSize, pinned: true);
    private readonly int _epoll;

    public EpollPoller()
    {
        _epoll = LinuxNative.EpollCreate(CloseOnExec);
        ThrowIfFailed(_epoll);
    }

    public void Add(Socket socket, int token) => Control(LinuxNative.EpollAdd, socket, token, In);

    public void WatchWrites(Socket socket, int token, bool on) => Control(LinuxNative.EpollModify, socket, token, on ? In | Out : In);

    public unsafe int Wait(Span<int> ready, int timeoutMs)
    {
        int count;
        fixed (byte* events = _events)
        {
            count = LinuxNative.EpollWait(_epoll, events, Math.Min(MaxEvents, ready.Length), timeoutMs);
        }

        if (count < 0) return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new Win32Exception(Marshal.GetLastPInvokeError());
        for (int i = 0; i < count; i++) ready[i] = MemoryMarshal.Read<int>(_events.AsSpan((i * EventSize) + DataAt));
        return count;
    }

    public void Dispose() => _ = LinuxNative.Close(_epoll);

    private unsafe void Control(int operation, Socket socket, int token, uint events)
    {
        Span<byte> wanted = stackalloc byte[16];
        wanted.Clear();
        MemoryMarshal.Write(wanted, events);
        MemoryMarshal.Write(wanted[DataAt..], token);
        fixed (byte* pointer = wanted)
        {
            ThrowIfFailed(LinuxNative.EpollControl(_epoll, operation, (int)socket.SafeHandle.DangerousGetHandle(), pointer));
        }
    }

    private static void ThrowIfFailed(int result)
    {
        if (result < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
