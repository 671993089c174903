namespace OrleansKv.Gateway.Protocol;

/// <summary>Bounds of what one client may send, checked before anything is allocated for it.</summary>
/// <param name="MaxBulkBytes">Longest word, bytes (<c>proto-max-bulk-len</c>).</param>
/// <param name="MaxWords">Most words of one command.</param>
/// <param name="MaxCommandBytes">Most bytes of one command with all its words (<c>client-query-buffer-limit</c>).</param>
internal readonly record struct ProtocolLimits(int MaxBulkBytes, int MaxWords, int MaxCommandBytes = ProtocolLimits.LongestCommandBytes)
{
    /// <summary>Longest inline command and longest header line, bytes; Redis' PROTO_INLINE_MAX_SIZE.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>Longest command whatever the setting says, bytes: 1 GiB, Redis' default; it must fit one array.</summary>
    public const int LongestCommandBytes = 1024 * 1024 * 1024;

    /// <summary>A client that has not authenticated gets 10 words of 16 KiB, as in Redis.</summary>
    public static readonly ProtocolLimits Unauthenticated = new(16 * 1024, 10);
}
