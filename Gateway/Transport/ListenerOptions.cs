using System.Net;

namespace OrleansKv.Gateway.Transport;

/// <summary>Where the RESP port listens.</summary>
/// <param name="Addresses">Addresses to bind; at least one.</param>
/// <param name="Port">TCP port; 0 lets the system choose (tests).</param>
internal sealed record ListenerOptions(IReadOnlyList<IPAddress> Addresses, int Port)
{
    /// <summary>Connections the kernel holds before we accept them: Redis' tcp-backlog.</summary>
    public const int Backlog = 511;
}
