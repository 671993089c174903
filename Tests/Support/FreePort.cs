using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Tests.Support;

/// <summary>
/// Ports of loopback that nobody listens on now, all below those that the system gives away by itself (32768 on Linux), so that no
/// connection out of this machine takes one meanwhile. A process gets none twice before it has had all. Another process can take one before
/// the caller does. The benchmarks compile this file, too. Any thread.
/// </summary>
public static class FreePort
{
    /// <summary>As far as the port of a silo's registers is above its own.</summary>
    public const int ControlPortOffset = 10_000;

    private static int _lastSilo = Random.Shared.Next(12_000), _last = Random.Shared.Next(8_000);

    /// <summary>A port for a silo: free as the one for its registers is.</summary>
    public static int NextSilo()
    {
        while (true)
        {
            int port = 10_000 + (int)((uint)Interlocked.Increment(ref _lastSilo) % 12_000);
            if (IsFree(port) && IsFree(port + ControlPortOffset)) return port;
        }
    }

    /// <summary>A port for anything else, below those of silos.</summary>
    public static int Next()
    {
        while (true)
        {
            int port = 2_000 + (int)((uint)Interlocked.Increment(ref _last) % 8_000);
            if (IsFree(port)) return port;
        }
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
