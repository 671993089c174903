using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Tests.Support;

/// <summary>Ports of loopback that nobody listens on now. Somebody else can take one before the test does.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
