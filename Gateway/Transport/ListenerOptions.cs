using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace OrleansKv.Gateway.Transport;

/// <summary>Where the RESP port listens and how.</summary>
/// <param name="Addresses">Addresses to bind; at least one.</param>
/// <param name="Port">TCP port; 0 lets the system choose (tests).</param>
/// <param name="Workers">I/O threads of the epoll transport.</param>
/// <param name="Certificate">Server certificate with its key; null for plain TCP.</param>
/// <param name="ForceStreams">Use the portable transport even where epoll is to be had (tests, comparison).</param>
internal sealed record ListenerOptions(
    IReadOnlyList<IPAddress> Addresses, int Port, int Workers, X509Certificate2? Certificate = null, bool ForceStreams = false)
{
    /// <summary>Connections the kernel holds before we accept them: Redis' tcp-backlog.</summary>
    public const int Backlog = 511;
}
