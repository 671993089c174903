using System.Globalization;
using System.Net;

namespace OrleansKv.Client.Connection;

/// <summary>
/// A node's address or DNS name with its port for clients: <c>10.0.0.1:30000</c>, <c>[::1]:30000</c>, <c>kv.example:30000</c>,
/// <c>kv.example</c>.
/// </summary>
internal readonly record struct NodeEndpoint(string Host, int Port)
{
    public static bool TryParse(string? text, out NodeEndpoint endpoint)
    {
        endpoint = default;
        if (string.IsNullOrWhiteSpace(text)) return false;
        text = text.Trim();
        // After a bracket IPAddress would take a port, too, and forget it.
        if (!text.Contains(']', StringComparison.Ordinal) && IPAddress.TryParse(text, out IPAddress? bare))
        {
            endpoint = new NodeEndpoint(bare.ToString(), OrleansKvClientOptions.DefaultPort);
            return true;
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon >= 0 && text.IndexOf(']', Math.Max(0, colon)) < 0;
        int port = OrleansKvClientOptions.DefaultPort;
        if (hasPort && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) return false;
        if (port is < 1 or > 65535) return false;
        string host = (hasPort ? text[..colon] : text).TrimStart('[').TrimEnd(']');
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic) return false;
        endpoint = new NodeEndpoint(host, port);
        return true;
    }

    /// <summary>The text of an endpoint that was given as an object.</summary>
    public static string TextOf(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint name => $"{name.Host}:{name.Port.ToString(CultureInfo.InvariantCulture)}",
        _ => endpoint.ToString() ?? "",
    };

    /// <summary>Where it is now.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known.</exception>
    public async Task<IPEndPoint[]> ResolveAsync(CancellationToken cancellationToken)
    {
        int port = Port;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(a => new IPEndPoint(a, port))];
    }

    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:" : $"{Host}:") + Port.ToString(CultureInfo.InvariantCulture);
}
