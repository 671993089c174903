namespace OrleansKv.Engine.Registers;

/// <summary>The first message of a connection to an acceptor: who asks, and of which cluster.</summary>
/// <param name="ClusterName">The name that all nodes were started with.</param>
/// <param name="Cluster">The registers that the sender has been part of; empty for none yet.</param>
/// <param name="Self">The sender.</param>
public sealed record PeerHello(string ClusterName, Guid Cluster, RegisterPeer Self);
