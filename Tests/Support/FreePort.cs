using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Tests.Support;

/// <summary>
/// Ports of loopback that nobody listens on now. Somebody else can take one before the caller does. The benchmarks compile this file, too.
/// Any thread.
/// </summary>
public static class FreePort
{
    /// <summary>As far as the port of a silo's registers is above its own.</summary>
    public const int ControlPortOffset = 10_000;

    private static int _lastSilo = 10_000 + Random.Shared.Next(10_000);

    /// <summary>
    /// A port for a silo: free as the one for its registers is, and both below those that the system gives away by itself (32768 on Linux).
    /// A process gets none of them twice before it has had all.
    /// </summary>
    public static int NextSilo()
    {
        while (true)
        {
            int port = 10_000 + (Interlocked.Increment(ref _lastSilo) % 12_000);
            if (IsFree(port) && IsFree(port + ControlPortOffset)) return port;
        }
    }

    /// <summary>A port for anything else, of those that the system gives away.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
