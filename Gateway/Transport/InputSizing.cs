namespace OrleansKv.Gateway.Transport;

/// <summary>
/// How large a buffer for an unfinished command should be. A client that announces a long command and sends nothing of it must not make
/// the server take memory for it: beyond 1 MiB a buffer is at most four times what has really come. Pure.
/// </summary>
internal static class InputSizing
{
    /// <summary>Less room than this is not worth a read.</summary>
    public const int LeastRoomBytes = 4096;

    private const int TrustedBytes = 1024 * 1024;

    /// <param name="received">Bytes that have come.</param>
    /// <param name="needed">Bytes that the command has at least; 0 when that is not known.</param>
    public static int For(int received, int needed)
    {
        long grown = Math.Max(received * 2L, received + (long)LeastRoomBytes);
        if (needed <= received) return (int)Math.Min(grown, Array.MaxLength);
        return (int)Math.Min(needed, Math.Max(received * 4L, TrustedBytes));
    }
}
