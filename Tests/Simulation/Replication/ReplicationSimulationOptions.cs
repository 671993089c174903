using OrleansKv.Engine.Replication;

namespace OrleansKv.Simulation.Replication;

/// <summary>What a run of <see cref="ReplicationSimulation"/> is made of.</summary>
internal sealed record ReplicationSimulationOptions
{
    /// <summary>Nodes, of which three are members at a time.</summary>
    public int Nodes { get; init; } = 4;

    /// <summary>How many of three copies decide.</summary>
    public Quorums Quorums { get; init; } = new(2);

    /// <summary>Keys that clients read and write.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>Simulated time with faults. After it everything heals, and each key is read.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the end of a client's operation to its next one, about.</summary>
    public TimeSpan ThinkTime { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Time between faults, about.</summary>
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Time between changes of the members, about.</summary>
    public TimeSpan SetChangeEvery { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Longest time until a node hears of a change of the map, when it is not cut off.</summary>
    public TimeSpan MapNewsWithin { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Reads ask the followers whether the leader still leads, and not the clock.</summary>
    public bool ReadsByQuorum { get; init; }

    /// <summary>
    /// Leaders compare the digests of the copies all the time. Nothing but the core's errors makes copies differ here, so whoever finds a
    /// difference has found a violation.
    /// </summary>
    public bool ComparesCopies { get; init; }

    /// <summary>How much faster or slower each node's clock runs than time, at most, as a share.</summary>
    public double ClockDrift { get; init; } = 0.04;

    /// <summary>Faults are cut links between two nodes, most of them.</summary>
    public bool CutsLinksMostly { get; init; }

    /// <summary>Of so many looks at a leader that is well one takes it for dead; there are about ten a second.</summary>
    public int WrongLooksOneIn { get; init; } = 100;

    /// <summary>Records that go in one message: what comes apart can be lost apart.</summary>
    public int RecordsAMessage { get; init; } = 3;

    /// <summary>
    /// Records are flushed before they are acknowledged, as with fsync always. Otherwise they are with the kernel, and a cut of power loses
    /// what was not flushed; then one replica at a time loses its power.
    /// </summary>
    public bool FlushesAlways { get; init; } = true;

    /// <summary>
    /// Every other cut of power damages the snapshot, too, and the folder is repaired: the copy has nothing left, and no position. Needs
    /// <see cref="FlushesAlways"/> off, so that it is one replica at a time.
    /// </summary>
    public bool RepairsFolders { get; init; }

    /// <summary>
    /// A log applies records as they come, as the servers' does. So whoever has some that must be taken back takes the whole state instead.
    /// </summary>
    public bool AppliesAtOnce { get; init; }

    /// <summary>Records that a log has at hand for others; who needs older ones takes the whole state.</summary>
    public int RecordsAtHand { get; init; } = 40;

    /// <summary>Is told what happens, a line each; null for nobody.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>An error in the core.</summary>
    public ReplicationMutation Mutation { get; init; }

    /// <summary>An error around the core.</summary>
    public ReplicationHostMutation HostMutation { get; init; }
}
