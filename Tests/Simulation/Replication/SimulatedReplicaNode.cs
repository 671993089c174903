using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Simulation.Replication;

/// <summary>A node: a log on a simulated disk, a replica on it while it is up, and a clock that runs a little wrong.</summary>
internal sealed class SimulatedReplicaNode(ReplicaId id, ReplicationSimulationOptions options, double clockRate)
{
    public ReplicaId Id => id;

    public SimulatedLog Log { get; private set; } = new(options);

    public ShardReplica? Replica { get; private set; }

    public bool IsUp => Replica is not null;

    /// <summary>Raised with each start.</summary>
    public int Life { get; private set; }

    public TimeSpan StandsStillUntil { get; set; }

    /// <summary>A disk operation is under way.</summary>
    public bool IsSaving { get; set; }

    /// <summary>Messages that leave when the next disk operation is over.</summary>
    public List<OutgoingMessage> BehindDisk { get; set; } = [];

    /// <summary>Clients' operations that wait until a position is committed.</summary>
    public List<WaitingAnswer> Waiting { get; } = [];

    /// <summary>The committed records of this tenure have been compared up to here.</summary>
    public (Epoch Tenure, Lsn Lsn) Checked { get; set; }

    /// <summary>What was traced of it last.</summary>
    public (ReplicaPhase, Epoch, LogPosition, LogPosition) Shown { get; set; }

    /// <summary>The state of the replica that another one is being given.</summary>
    public bool IsTakingState { get; set; }

    /// <summary>Its monotonic clock.</summary>
    public TimeSpan ClockAt(TimeSpan now) => now * clockRate;

    public void Start(TimeSpan now)
    {
        // A third of the usual times: more happens in a run.
        var times = new ReplicationOptions
        {
            Quorums = options.Quorums,
            Lease = TimeSpan.FromMilliseconds(400),
            Heartbeat = TimeSpan.FromMilliseconds(80),
            ResendAfter = TimeSpan.FromMilliseconds(60),
            TakeoverPatience = TimeSpan.FromMilliseconds(450),
            DigestPatience = TimeSpan.FromMilliseconds(800),
            MaxAppendBytes = options.RecordsAMessage * SimulatedLog.RecordBytes,
        };
        Replica = new ShardReplica(id, Log, times, ClockAt(now)) { Mutation = options.Mutation };
        Life++;
    }

    public void Crash(bool losesPower)
    {
        Replica = null;
        IsSaving = IsTakingState = false;
        BehindDisk.Clear();
        Waiting.Clear();
        Log.Restart(losesPower);
    }
}
