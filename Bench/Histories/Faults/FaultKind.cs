namespace OrleansKv.Bench.Histories.Faults;

/// <summary>What happens to nodes.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL of one node, which is started again some time later.</summary>
    Kill,

    /// <summary>SIGSTOP of one node, and SIGCONT some time later. One that ends by itself then is started again.</summary>
    Stop,

    /// <summary>SIGKILL of all nodes at once; they are started again.</summary>
    AllKill,
}
