namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Whose keys DBSIZE, KEYS, SCAN, RANDOMKEY, FLUSHALL and FLUSHDB of a cluster's node mean (ADR 11).
/// </summary>
internal enum KeyspaceScope
{
    /// <summary>Those of this node's shards, as in Redis Cluster: a client that knows the cluster asks every node and adds up.</summary>
    Node,

    /// <summary>Those of all nodes: for who knows nothing of clusters.</summary>
    Cluster,
}
