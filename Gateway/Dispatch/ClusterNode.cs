using System.Security.Cryptography;
using System.Text;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>One node as clients are told of it. Immutable.</summary>
/// <param name="NodeId">Our own name of it, any text; unique in the cluster and the same after a restart.</param>
/// <param name="Host">Address or host name under which clients reach it; empty: the one they are connected to, as Redis has it.</param>
/// <param name="Port">Port of RESP in plain; 0 when it has none.</param>
internal sealed record ClusterNode(string NodeId, string Host, int Port)
{
    /// <summary>Port of RESP under TLS; 0 when it has none.</summary>
    public int TlsPort { get; init; }

    /// <summary>Port at which nodes speak to each other (CLUSTER NODES shows it behind the <c>@</c>); 0: not told.</summary>
    public int BusPort { get; init; }

    /// <summary>False when the cluster has found it dead, or it has left.</summary>
    public bool IsAlive { get; init; } = true;

    /// <summary>False when this node suspects it: it does not answer, but the cluster has not found it dead yet.</summary>
    public bool IsAnswering { get; init; } = true;

    /// <summary>Its state as it says itself: <c>ready</c>, <c>joining</c>, <c>failed</c> or <c>stopping</c>.</summary>
    public string Condition { get; init; } = "ready";

    /// <summary>Its state in one word, the same whichever node is asked.</summary>
    public string State => !IsAlive ? "down" : !IsAnswering && Condition != "joining" ? "unreachable" : Condition;

    /// <summary>Shards that it is home of but cannot serve, though it answers.</summary>
    public IReadOnlyList<ShardId> Unserved { get; init; } = [];

    /// <summary>Shards whose home it is, dead or alive.</summary>
    public IReadOnlyList<ShardId> Shards { get; init; } = [];

    /// <summary>
    /// 40 lower-case hex digits, the only form of a node id that Redis clients take: SHA-1 of <see cref="NodeId"/> in UTF-8.
    /// </summary>
    public string RedisId { get; } = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(NodeId)));

    /// <summary>The port for a client of this kind: the other one when the node has but one.</summary>
    public int PortFor(bool tls) => (tls ? TlsPort : Port) is > 0 and int port ? port : Math.Max(Port, TlsPort);
}
