using System.Net.Sockets;

namespace OrleansKv.Bench.Platform;

/// <summary>Waits until some of many sockets have something to read, or room to write.</summary>
internal interface IReadinessPoller : IDisposable
{
    /// <summary>Watches a non-blocking socket for bytes to read; <paramref name="token"/> names it in <see cref="Wait"/>.</summary>
    void Add(Socket socket, int token);

    /// <summary>Also (or no longer) watches it for room to write.</summary>
    void WatchWrites(Socket socket, int token, bool on);

    /// <summary>Fills <paramref name="ready"/> with tokens; waits at the most <paramref name="timeoutMs"/>, 0: not at all.</summary>
    int Wait(Span<int> ready, int timeoutMs);
}
