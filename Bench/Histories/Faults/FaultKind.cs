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

    /// <summary>One node and both others hear nothing of each other. Clients reach all of them.</summary>
    Isolate,

    /// <summary>What one node sends to both others is lost; what they send arrives.</summary>
    Mute,

    /// <summary>Two nodes hear nothing of each other, and the third one hears both.</summary>
    CutPair,
}
