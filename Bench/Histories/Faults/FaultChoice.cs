namespace OrleansKv.Bench.Histories.Faults;

/// <summary>What may happen to nodes in a run.</summary>
internal enum FaultChoice
{
    None,
    Kill,
    Stop,
    AllKill,

    /// <summary>Any of them.</summary>
    Mixed,
}
