using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>What a section reads: one report for all of them, and what only the front knows.</summary>
internal sealed record InfoSource(GatewayServer Server, MetricsReport Report)
{
    private ClientsMemory? _clients;

    /// <summary>Taken when the first section asks: it is a look at every session.</summary>
    public ClientsMemory Clients => _clients ??= ClientsMemory.Of(Server.Sessions);

    public SnapshotState Snapshot => Server.Control.Snapshot;
}
