using System.Collections.Immutable;
using OrleansKv.Engine.Replication;
using OrleansKv.Grains.Map;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// How a node's replicas were at one moment, for people and for tests. Immutable; made by the replicas' thread, read by any.
/// </summary>
internal sealed record ReplicaNodeStatus
{
    /// <summary>
    /// Time without an answer after which a follower is not there, whatever the membership says; 2 s: twice a lease, and eight heartbeats.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    /// <summary>Copies of each shard that the cluster wants.</summary>
    public required int Replicas { get; init; }

    /// <summary>Copies that must have a record before it is acknowledged.</summary>
    public required int WriteQuorum { get; init; }

    /// <summary>Copies that a new leader must hear from.</summary>
    public required int ReadQuorum { get; init; }

    /// <summary>Shards whose leader is this node, as the map says.</summary>
    public required int LedShards { get; init; }

    /// <summary>Shards of which this node is another member, or a learner.</summary>
    public required int FollowedShards { get; init; }

    /// <summary>Led shards of which too few members answer: they acknowledge nothing, and their lease is over.</summary>
    public required IReadOnlyList<int> WithoutWriteQuorum { get; init; }

    /// <summary>Sum of the last Lsns of the led shards.</summary>
    public required long Offset { get; init; }

    /// <summary>Most records of one led shard that one living follower is not known to have.</summary>
    public required long MaxLagRecords { get; init; }

    /// <summary>Whole states that are being sent to other nodes, or wait for it.</summary>
    public required int CopiesRunning { get; init; }

    /// <summary>Batches of reads that were answered from copies that this node follows (READONLY).</summary>
    public long FollowerReads { get; init; }

    /// <summary>Comparisons by this leader that have found all copies of a shard equal.</summary>
    public long SameCopies { get; init; }

    /// <summary>Copies that comparisons by this leader have found to differ.</summary>
    public long DivergedCopies { get; init; }

    /// <summary>Shards that this node was to lead and does not serve, for its copy, or every copy, differs from the others.</summary>
    public int StoppedShards { get; init; }

    /// <summary>Nodes that are alive, answer and follow led shards, in the map's order.</summary>
    public required IReadOnlyList<FollowerStatus> Followers { get; init; }

    /// <summary>All shards.</summary>
    public required IReadOnlyList<ReplicaShardStatus> Shards { get; init; }

    /// <summary>The replicas' thread alone.</summary>
    /// <param name="replicas">Those of the node, by shard.</param>
    /// <param name="map">The map that they go by.</param>
    /// <param name="self">The node.</param>
    /// <param name="isAlive">Whether a node is alive; asked once a node.</param>
    /// <param name="copies">Whole states that are on their way.</param>
    /// <param name="now">The time.</param>
    public static ReplicaNodeStatus Of(
        IReadOnlyList<HostedReplica> replicas, ClusterMap map, ReplicaId self, Func<string, bool> isAlive, int copies, TimeSpan now)
    {
        bool[] alive = [.. map.Nodes.Select((n, i) => i == self.Value || isAlive(n.Id))];
        bool IsAlive(ReplicaId replica) => replica.Value < alive.Length && alive[replica.Value];
        HostedReplica[] led = [.. replicas.Where(r => r.Core.Set.Leader == self && r.Core.Set.Epoch != Epoch.None)];
        FollowerState[] followers = [.. led.Where(r => !r.IsPaused).SelectMany(r => r.Core.FollowerStates)
            .Where(f => IsAlive(f.Id) && !(SilenceOf(f.AnsweredAt, now) > LongestSilence))]; // one that is yet to answer stays
        return new ReplicaNodeStatus
        {
            Replicas = map.Replicas,
            WriteQuorum = map.WriteQuorum,
            ReadQuorum = ReplicaRules.QuorumsOf(map).Read(map.Replicas),
            LedShards = led.Length,
            FollowedShards = replicas.Count(r => r.Core.Set.Leader != self && r.Core.Set.Followers.Contains(self)),
            WithoutWriteQuorum = [.. led.Where(r => !HearsQuorum(r, ReplicaRules.QuorumsOf(map), self, now)).Select(r => (int)r.Id.Value)],
            Offset = led.Sum(r => r.Log.End.Lsn.Value),
            MaxLagRecords = followers.Length == 0 ? 0 : followers.Max(f => f.LacksRecords),
            CopiesRunning = copies,
            StoppedShards = led.Count(r => !r.IsPaused && r.Core.Phase == ReplicaPhase.Stopped),
            Followers = [.. followers.GroupBy(f => f.Id.Value).OrderBy(g => g.Key).Select(g =>
                new FollowerStatus(map.Nodes[g.Key].Id, g.Sum(f => f.LacksRecords), SilenceOf(g.Max(f => f.AnsweredAt), now)))],
            Shards = [.. replicas.Select(ReplicaShardStatus.Of)],
        };
    }

    // What the membership says is not enough: without a majority of the nodes nobody is found dead.
    private static bool HearsQuorum(HostedReplica led, Quorums quorums, ReplicaId self, TimeSpan now)
    {
        ImmutableArray<ReplicaId> members = led.Core.Set.Members;
        int needed = quorums.Write(members.Length) - (members.Contains(self) ? 1 : 0);
        return needed <= 0 || (!led.IsPaused && led.Core.FollowerStates.Count(f =>
            members.Contains(f.Id) && SilenceOf(f.AnsweredAt, now) <= LongestSilence) >= needed);
    }

    private static TimeSpan? SilenceOf(TimeSpan answeredAt, TimeSpan now) => answeredAt == TimeSpan.MinValue ? null : now - answeredAt;
}
