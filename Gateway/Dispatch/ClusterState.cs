namespace OrleansKv.Gateway.Dispatch;

/// <summary>CLUSTER INFO's cluster_state.</summary>
internal enum ClusterState
{
    /// <summary>Some slots, or all, cannot be served.</summary>
    Fail,
    Ok,
}
