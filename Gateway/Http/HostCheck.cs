using System.Net;

namespace OrleansKv.Gateway.Http;

/// <summary>
/// Against DNS rebinding: a page of another site can make its own name point at 127.0.0.1 and then read what we answer to it, but its
/// requests carry that name in Host. So a server that only this machine reaches answers to this machine's names alone. Beyond loopback
/// any name may be right (load balancers, DNS), and none is refused. The port is not compared: tunnels change it. Immutable.
/// </summary>
internal sealed class HostCheck
{
    private readonly HashSet<string>? _allowed;

    public HostCheck(IReadOnlyList<IPAddress> bind)
    {
        if (!bind.All(IPAddress.IsLoopback)) return;
        _allowed = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
        foreach (IPAddress address in bind) _allowed.Add(address.ToString().Contains(':') ? $"[{address}]" : address.ToString());
    }

    /// <param name="host">Name or address without port; empty when the request had none, which no browser sends.</param>
    public bool Allows(string host) => _allowed is null || host.Length == 0 || _allowed.Contains(host);
}
