using System.Net;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>A connection without a socket.</summary>
internal sealed class FakeConnection(int port) : IConnection
{
    private int _wakes;

    public EndPoint? Remote { get; } = new IPEndPoint(IPAddress.Loopback, port);

    public EndPoint? Local { get; set; } = new IPEndPoint(IPAddress.Loopback, 9090);

    public long PendingBytes { get; set; }

    public int Wakes => Volatile.Read(ref _wakes);

    public void Wake() => Interlocked.Increment(ref _wakes);

    public void Kill() => Wake();
}
