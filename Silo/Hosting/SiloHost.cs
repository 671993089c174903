using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Hosting;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// A node as its clients see it: the store's numbers are this node's own, as in Redis Cluster; NODES shows all. Any thread.
/// </summary>
internal sealed class SiloHost(
    StoreHost local, ClusterMember member, NodeWatch watch, ClusterMapCache maps, KvNode node, ReplicaNode replicas)
    : IHostControl, IMetricsSource
{
    /// <summary>Time between tries to have all nodes flush, ms, while one of them cannot.</summary>
    private const int SyncRetryMs = 200;

    /// <summary>Time between looks at how many replicas have something, ms: they are behind by a few.</summary>
    private const int CountRetryMs = 5;

    public IMetricsSource Numbers => this;

    public IClusterView? Cluster => member.View;

    public ReplicationReport? Replication =>
        replicas.Status is { } status ? ReplicationReports.Of(status, member.View.Snapshot) : null;

    /// <summary>Servers that follow the cluster through this node. Set once, before traffic.</summary>
    public ILinkControl? Links { get; set; }

    public IFaultControl? Faults { get; set; }

    public SnapshotState Snapshot => local.Snapshot;

    public JournalOffset Synced => local.Synced;

    public bool IsStopping => local.IsStopping;

    public string? WriteRefusal => local.WriteRefusal;

    public void Rebalance(Session session, in ArgList args) =>
        session.Output.Error("ERR the number of shards of a cluster cannot be changed yet; shards move by themselves when a node joins");

    public void Published(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, bool isShard) =>
        member.Broadcast(new PublishedMessage(channel.ToArray(), message.ToArray(), isShard));

    public bool HasRoomToPublish => member.HasRoomToPublish;

    public void Nodes(Session session)
    {
        ClusterReport cluster = Report();
        session.Output.Array(cluster.Nodes.Count);
        foreach (ClusterNodeReport report in cluster.Nodes)
        {
            session.Output.Map(6);
            session.Output.Bulk("node"u8);
            session.Output.Bulk(report.Node);
            session.Output.Bulk("address"u8);
            session.Output.Bulk(report.Address);
            session.Output.Bulk("state"u8);
            session.Output.Bulk(report.State);
            session.Output.Bulk("shards"u8);
            session.Output.Integer(report.Shards.Count);
            session.Output.Bulk("keys"u8);
            WriteKnown(session, report.Keys);
            session.Output.Bulk("bytes"u8);
            WriteKnown(session, report.Bytes);
        }
    }

    // A node that does not answer has not lost its keys.
    private static void WriteKnown(Session session, long? number)
    {
        if (number is { } known) session.Output.Integer(known);
        else session.Output.Null();
    }

    public void ResetStats() => local.ResetStats();

    public string? StartSnapshot() => local.StartSnapshot();

    public void SyncSoon() => local.SyncSoon();

    public Func<bool> StartSync(JournalOffset upTo)
    {
        Task<bool> sync = member.SyncAll();
        long askedAt = Environment.TickCount64;
        return () =>
        {
            if (!sync.IsCompleted) return false;
            if (sync is { IsCompletedSuccessfully: true, Result: true }) return true;
            if (Environment.TickCount64 - askedAt < SyncRetryMs) return false;
            (sync, askedAt) = (member.SyncAll(), Environment.TickCount64);
            return false;
        };
    }

    public Func<int> StartReplicaCount()
    {
        Task<ShardPosition[]?> ends = member.ShardEnds();
        Task<int>? counting = null;
        long askedAt = 0;
        int known = 0;
        return () =>
        {
            if (!ends.IsCompleted) return known;
            if (ends.Result is not { } upTo)
            {
                if (Environment.TickCount64 - askedAt < SyncRetryMs) return known;
                (ends, askedAt) = (member.ShardEnds(), Environment.TickCount64);
                return known;
            }

            if (counting is { IsCompleted: true }) known = Math.Max(known, counting.Result);
            if (counting is null or { IsCompleted: true } && Environment.TickCount64 - askedAt >= CountRetryMs)
                (counting, askedAt) = (member.CountReplicas(upTo), Environment.TickCount64);
            return known;
        };
    }

    // This node's disk says nothing of the others'.
    public bool IsSynced(JournalOffset upTo) => false;

    public string? Shutdown(ShutdownRequest request) => local.Shutdown(request);

    public bool AbortShutdown() => local.AbortShutdown();

    public void SetActiveExpire(bool on) => local.SetActiveExpire(on);

    // A node that does its part is ready, whatever the others do: who sends it no more commands makes a fault larger.
    public HealthReport Health()
    {
        HealthReport own = OwnHealth();
        return own.Ready && ClusterReports.ProblemOf(member.View.Snapshot, maps.SilentMs) is { } problem
            ? HealthReport.Degraded(problem)
            : own;
    }

    public HealthReport WholeHealth()
    {
        HealthReport health = Health();
        return health with { Ready = health.Ready && member.View.Snapshot.State == ClusterState.Ok };
    }

    public MetricsReport Collect()
    {
        MetricsReport own = local.Collect();
        ClusterReport cluster = Report();
        HashSet<int> here = [.. cluster.Nodes.Where(n => n.IsSelf).SelectMany(n => n.Shards)];
        return own with { Health = Health(), Publish = member.Published, Cluster = cluster, Replication = Replication,
            Links = Links?.Report(),
            Keyspace = maps.Current.IsReplicated ? WithoutCopies(own.Keyspace) : own.Keyspace,
            Shards = [.. own.Shards.Where(s => here.Contains(s.Id))] };
    }

    // A node answers for the keys that it leads (ADR 11): so the nodes' numbers add up.
    private KeyspaceReport WithoutCopies(KeyspaceReport all)
    {
        (long keys, long withTtl) = node.Store.CountLed();
        return all with { Keys = keys, KeysWithTtl = withTtl };
    }

    /// <summary>This node's state in one word, as the others are told it.</summary>
    public string OwnState => member.HasJoined ? local.Health().State : "joining";

    private HealthReport OwnHealth() => member.HasJoined ? local.Health() : HealthReport.Recovering("joining the cluster");

    private ClusterReport Report() => ClusterReports.Of(member.View.Snapshot, watch.Of, maps.SilentMs);
}
