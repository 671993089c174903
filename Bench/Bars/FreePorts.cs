using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Bench.Bars;

/// <summary>Ports of loopback that nobody listens on now. Somebody else can take one before a server does. Any thread.</summary>
internal static class FreePorts
{
    public static int Next() => Bind(0)!.Value;

    /// <summary>
    /// A silo's. The port 10000 above it is its registers'; both are below those that the system gives away by itself (32768 on Linux).
    /// </summary>
    public static int NextSilo()
    {
        while (true)
        {
            int port = Random.Shared.Next(10_000, 22_000);
            if (Bind(port) is not null && Bind(port + 10_000) is not null) return port;
        }
    }

    // Null when somebody has it.
    private static int? Bind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
