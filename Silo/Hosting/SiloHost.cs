using OrleansKv.Embedded;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Hosting;

/// <summary>A node as its clients see it: the store's numbers are this node's own, as in Redis Cluster; NODES shows all. Any thread.</summary>
internal sealed class SiloHost(EmbeddedHost local, ClusterMember member) : IHostControl, IMetricsSource
{
    /// <summary>Time between tries to have all nodes flush, ms, while one of them cannot.</summary>
    private const int SyncRetryMs = 200;

    public IMetricsSource Numbers => this;

    public IClusterView? Cluster => member.View;

    public SnapshotState Snapshot => local.Snapshot;

    public JournalOffset Synced => local.Synced;

    public bool IsStopping => local.IsStopping;

    public void Rebalance(Session session, in ArgList args) =>
        session.Output.Error("ERR the number of shards of a cluster cannot be changed yet; shards move by themselves when a node joins");

    public void Published(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, bool isShard) =>
        member.Broadcast(new PublishedMessage(channel.ToArray(), message.ToArray(), isShard));

    public void Nodes(Session session)
    {
        ClusterSnapshot snapshot = member.View.Snapshot;
        session.Output.Array(snapshot.Nodes.Count);
        foreach (ClusterNode node in snapshot.Nodes)
        {
            NodeStats? stats = member.StatsOf(node.NodeId);
            session.Output.Map(6);
            session.Output.Bulk("node"u8);
            session.Output.Bulk(node.NodeId);
            session.Output.Bulk("address"u8);
            session.Output.Bulk($"{node.Host}:{node.PortFor(tls: false)}");
            session.Output.Bulk("state"u8);
            session.Output.Bulk(!node.IsAlive ? "down" : node.NodeId == snapshot.Self.NodeId ? Health().State : "serving");
            session.Output.Bulk("shards"u8);
            session.Output.Integer(node.Shards.Count);
            session.Output.Bulk("keys"u8);
            session.Output.Integer(stats?.Keys ?? 0);
            session.Output.Bulk("bytes"u8);
            session.Output.Integer(stats?.Bytes ?? 0);
        }
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

    // This node's disk says nothing of the others'.
    public bool IsSynced(JournalOffset upTo) => false;

    public string? Shutdown(ShutdownRequest request) => local.Shutdown(request);

    public bool AbortShutdown() => local.AbortShutdown();

    public void SetActiveExpire(bool on) => local.SetActiveExpire(on);

    public HealthReport Health() => member.HasJoined ? local.Health() : HealthReport.Recovering("joining the cluster");

    public MetricsReport Collect() => local.Collect() with { Health = Health(), Publish = member.Published };
}
