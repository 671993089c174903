using System.Net;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Registers;

/// <summary>This node's part in the control plane.</summary>
/// <param name="ClusterName">All nodes have the same.</param>
/// <param name="Node">This node's name.</param>
/// <param name="Listen">Where its acceptor listens.</param>
/// <param name="Host">The address at which others reach it.</param>
/// <param name="Join">Acceptor ports of nodes that run, <c>HOST:PORT</c>; empty for the node that founds the cluster.</param>
/// <param name="Tls">Null for connections without.</param>
internal sealed record RegisterStoreOptions(
    string ClusterName, string Node, IPEndPoint Listen, string Host, IReadOnlyList<DnsEndPoint> Join, ClusterTls? Tls)
{
    /// <summary>Time in which a majority must answer, s; longer than a majority needs to come back from a pause.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time in which a node that is to join must have been welcomed, s.</summary>
    public TimeSpan JoinWithin { get; init; } = TimeSpan.FromSeconds(30);
}
