using System.Net;
using System.Net.Sockets;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting;

/// <summary>
/// How somebody on this machine reaches the server: addresses that stand for all of them become loopback, for no link opens 0.0.0.0. Pure.
/// </summary>
internal static class ClientAddress
{
    public static IPAddress Of(IReadOnlyList<IPAddress> bind)
    {
        if (bind.Contains(IPAddress.Any) || bind.Contains(IPAddress.Loopback)) return IPAddress.Loopback;
        return bind.Contains(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bind[0];
    }

    /// <summary>As URLs write it: <c>127.0.0.1:9100</c>, <c>[::1]:9100</c>.</summary>
    public static string WithPort(IPAddress address, int port) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";

    public static string StatusPage(ServerOptions options) => $"http://{WithPort(Of(options.Bind), options.HttpPort)}/";

    /// <summary>The command that connects; redis-cli's own default is 127.0.0.1.</summary>
    public static string RedisCli(ServerOptions options)
    {
        IPAddress address = Of(options.Bind);
        string host = address.Equals(IPAddress.Loopback) ? "" : $" -h {address}";
        return $"redis-cli{(options.UsesTls ? " --tls" : "")}{host} -p {options.Port}";
    }
}
