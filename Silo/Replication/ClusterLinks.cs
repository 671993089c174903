using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Silo.Replication;

/// <summary>Servers that follow the cluster through this node. The node itself follows nobody as a whole. Any thread.</summary>
internal sealed class ClusterLinks(ClusterSource source, NodeStore store, string runId) : ILinkControl, IDisposable
{
    private readonly FollowerStreams _followers = new(store, source, runId);

    public bool IsFollower => false;

    public bool IsLoading => false;

    public LinksReport Report() => new() { Offset = 0, Followers = _followers.Reports(), BacklogBytes = 0, BacklogLimitBytes = 0 };

    public string? Follow(string host, int port) => "ERR this server is a node of a cluster: it cannot be a replica of another server";

    public string? Lead() => null;

    public void Open(Session session, in ArgList args) => _followers.Open(session, args);

    public void Acknowledge(Session session, in ArgList args) => FollowerStreams.Acknowledge(session, args);

    public void Dispose() => _followers.Dispose();
}
