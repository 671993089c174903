using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// Has the shards that this node leads compare their copies by digests, one shard at a time, and tells what comes of it: a copy that
/// differs from the majority's is replaced. The replicas' thread, where nothing else is said.
/// </summary>
internal sealed partial class ReplicaDigests(ILogger log)
{
    /// <summary>Before the next try where not all members have answered, s; sooner where the interval is shorter.</summary>
    private const int AgainSeconds = 60;

    private long _intervalTicks = TimeSpan.FromHours(1).Ticks;

    /// <summary>Time between comparisons of one shard's copies; zero for none. Any thread.</summary>
    public TimeSpan Interval
    {
        get => new(Volatile.Read(ref _intervalTicks));
        set => Volatile.Write(ref _intervalTicks, value.Ticks);
    }

    /// <summary>Comparisons that have found all copies of a shard equal.</summary>
    public long Same { get; private set; }

    /// <summary>Copies that were found to differ.</summary>
    public long Diverged { get; private set; }

    /// <param name="replicas">Those of the node.</param>
    /// <param name="nodes">Names of the nodes, by replica id.</param>
    /// <param name="touch">Is told of a replica that has something to say.</param>
    /// <param name="now">The time.</param>
    public void Look(IReadOnlyList<HostedReplica> replicas, string[] nodes, Action<HostedReplica> touch, TimeSpan now)
    {
        TimeSpan interval = Interval;
        bool isBusy = false;
        foreach (HostedReplica replica in replicas)
        {
            if (replica.IsPaused) continue;
            if (replica.Core.TakeVerdict() is { } verdict) Tell(replica, verdict, nodes, interval, now);
            isBusy |= replica.Core.IsComparing;
        }

        if (isBusy || interval == TimeSpan.Zero) return;
        foreach (HostedReplica replica in replicas)
        {
            if (replica.IsPaused || !replica.Core.IsServing) continue;
            if (replica.ComparedAt is not { } before) replica.ComparedAt = before = now;
            if (now - before < interval) continue;
            replica.Core.CompareCopies(now);
            if (!replica.Core.IsComparing) continue; // somebody else walks over the shard: at the next look
            touch(replica);
            return;
        }
    }

    private void Tell(HostedReplica replica, DigestVerdict verdict, string[] nodes, TimeSpan interval, TimeSpan now)
    {
        replica.ComparedAt = now;
        int shard = replica.Id.Value;
        Diverged += verdict.Diverged.Count;
        switch (verdict.Outcome)
        {
            case DigestOutcome.Same:
                Same++;
                break;
            case DigestOutcome.Undecided:
                TimeSpan again = TimeSpan.FromSeconds(AgainSeconds);
                if (interval > again) replica.ComparedAt = now - interval + again;
                break;
            case DigestOutcome.FollowersDiverged:
                foreach (ReplicaId follower in verdict.Diverged)
                    LogFollowerDiverged(shard, nodes[follower.Value], verdict.Digests[follower], RightOf(verdict), verdict.At);
                break;
            case DigestOutcome.LeaderDiverged:
                LogLeaderDiverged(shard, verdict.Digests[replica.Core.Set.Leader], RightOf(verdict), verdict.At);
                break;
            case DigestOutcome.NoMajority:
                LogNoMajority(shard, verdict.At, string.Join("; ", verdict.Digests.Select(d => $"{nodes[d.Key.Value]}: {d.Value}")));
                break;
        }
    }

    private static StateDigest RightOf(DigestVerdict verdict) => verdict.Digests.First(d => !verdict.Diverged.Contains(d.Key)).Value;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of shard {Shard} on node {Node} differs from the majority's ({Wrong}, and "
        + "not {Right}, at {Position}): a whole copy takes its place")]
    private partial void LogFollowerDiverged(int shard, string node, StateDigest wrong, StateDigest right, LogPosition position);

    [LoggerMessage(Level = LogLevel.Error, Message = "The copy of shard {Shard} on this node, which led it, differs from the majority's "
        + "({Wrong}, and not {Right}, at {Position}): another node leads the shard, and a whole copy takes this one's place. What clients "
        + "have read of the shard here may have been wrong")]
    private partial void LogLeaderDiverged(int shard, StateDigest wrong, StateDigest right, LogPosition position);

    [LoggerMessage(Level = LogLevel.Error, Message = "The copies of shard {Shard} differ at {Position}, and no majority is the same "
        + "({Copies}): it is not served, for nobody knows which one is right. Keep the node whose copy is to count, and start the others "
        + "with empty folders and --replace-lost-data")]
    private partial void LogNoMajority(int shard, LogPosition position, string copies);
}
