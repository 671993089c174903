namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Holds one session to its output limit. It is asked whenever bytes are added and once a second, on any thread; the answer "cut it off"
/// is given once.
/// </summary>
internal sealed class OutputWatch
{
    /// <summary>
    /// Bytes that do not count: Redis writes replies into a fixed buffer of 16 KiB first, and only what does not fit it counts. So a tiny
    /// limit leaves a client its short replies.
    /// </summary>
    public const int FreeBytes = 16 * 1024;

    private long _softSinceMs;
    private int _isCut;

    /// <summary>Whether the client must be cut off now, with so many bytes that it has not taken.</summary>
    public bool IsExceeded(OutputLimit limit, long bytes, GatewayServer server)
    {
        bytes = Math.Max(bytes - FreeBytes, 0);
        bool isOver = limit.IsHardReached(bytes);
        if (!limit.IsSoftReached(bytes))
        {
            if (_softSinceMs != 0) Volatile.Write(ref _softSinceMs, 0);
        }
        else if (Volatile.Read(ref _softSinceMs) is var since && since == 0)
        {
            Volatile.Write(ref _softSinceMs, server.NowMs);
        }
        else
        {
            isOver |= server.NowMs - since > limit.SoftSeconds * 1000L;
        }

        return isOver && Interlocked.Exchange(ref _isCut, 1) == 0;
    }
}
