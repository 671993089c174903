namespace OrleansKv.Bench.Histories.Faults;

/// <summary>What may happen to nodes in a run.</summary>
internal enum FaultChoice
{
    None,
    Kill,
    Stop,
    AllKill,

    /// <summary>Ways between nodes are cut.</summary>
    Cut,

    /// <summary>Any of them; cuts where the nodes have a network.</summary>
    Mixed,
}
