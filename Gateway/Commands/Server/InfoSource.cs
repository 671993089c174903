using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>What a section reads: one report for all of them, and what only the front knows.</summary>
internal sealed record InfoSource(GatewayServer Server, MetricsReport Report)
{
    public SnapshotState Snapshot => Server.Control.Snapshot;
}
