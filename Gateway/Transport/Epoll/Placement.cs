namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// Which I/O threads serve: the first <paramref name="count"/>. Swapped whole; a connection that was placed under an earlier one draws its
/// thread anew, the next time that it has been served.
/// </summary>
internal sealed class Placement(int count)
{
    private int _drawn = -1;

    public int Count => count;

    /// <summary>The number of the next connection's thread: one after the other. Any thread.</summary>
    public int Draw() => (int)((uint)Interlocked.Increment(ref _drawn) % (uint)count);
}
