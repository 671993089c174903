using System.Globalization;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Silo.Replication;

/// <summary>
/// What a node gives to servers that follow its cluster: the committed records of its own copies of all shards, whether it leads them or
/// not (docs/adr/0026). Any thread.
/// </summary>
internal sealed class ClusterSource(KvNode node, ReplicaNode replicas, ClusterMapCache maps, NodeDirectory nodes) : IStreamSource
{
    /// <summary>
    /// Age that what a copy may lack can have, s: more than elections and moves take. A node that is cut off from the others is of no use
    /// to a follower that can reach another one.
    /// </summary>
    private const int MaxStaleSeconds = 10;

    public string? Refusal()
    {
        if (Problem() is { } problem) return "ERR " + problem;
        return replicas.Committed!.Tails.Any(t => t.Committed == LogPosition.None)
            ? "TRYAGAIN this node does not know yet what is committed of all shards"
            : null;
    }

    public IFollowerFeed? GoOn(ReadOnlySpan<byte> state)
    {
        FollowerPosition follower = FollowerPosition.FromBytes(state);
        IReadOnlyList<CommittedTail> tails = replicas.Committed!.Tails;
        Epoch common = Lineage.OfCluster(maps.Current.Cluster).CommonWith(follower.Lineage);
        LogPosition[] at = follower.Positions;
        if (common == Epoch.None || follower.MapChecksum != node.Store.Links.MapChecksum || at.Length != tails.Count) return null;
        for (int i = 0; i < at.Length; i++)
        {
            if (at[i].Epoch > common || !tails[i].Keeps(at[i])) return null;
        }

        return new ClusterFeed(this, replicas.Committed, [.. at.Select(p => (LogPosition?)p)]);
    }

    public IFollowerFeed BeginCopy() => new ClusterFeed(this, replicas.Committed!, new LogPosition?[replicas.Committed!.Tails.Count]);

    /// <summary>The cluster's map, another object when it has changed.</summary>
    public ClusterMap Map => maps.Current;

    /// <summary>Null, or in one sentence why this node cannot be followed.</summary>
    public string? Problem()
    {
        ClusterMap map = maps.Current;
        if (CopyCheck.ProblemOf(map, node.Id, nodes.IsAlive) is { } problem) return problem;
        if (replicas.Committed is null)
            return "this cluster keeps one copy of each shard (--replicas 1): a server can follow a cluster that has replicas";
        return replicas.Stale > TimeSpan.FromSeconds(MaxStaleSeconds)
            ? string.Create(CultureInfo.InvariantCulture,
                $"node {node.Id} has not been sure for {MaxStaleSeconds} s that its copies of all shards are up to date: follow another "
                + $"node")
            : null;
    }
}
