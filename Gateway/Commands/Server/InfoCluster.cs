using System.Globalization;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>INFO cluster: Redis' one line, and in a cluster what this node sees of all of them.</summary>
internal static class InfoCluster
{
    public static void Write(InfoSource source, InfoText text)
    {
        text.Line("cluster_enabled", source.Server.Control.Cluster is not null);
        if (source.Report.Cluster is not { } cluster) return;
        text.Line("cluster_state", cluster.Ok ? "ok" : "fail");
        if (cluster.Problem is { } problem) text.Line("cluster_problem", problem);
        text.Line("cluster_map_version", cluster.MapVersion);
        text.Line("cluster_slots_served", cluster.SlotsServed);
        text.Line("cluster_slots_unserved", cluster.SlotsUnserved);
        text.Line("cluster_shards_unserved", cluster.ShardsUnserved.Count);
        text.Line("cluster_moves", cluster.Moves.Count);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            ClusterNodeReport node = cluster.Nodes[i];
            string keys = node.Keys is { } known ? string.Create(CultureInfo.InvariantCulture, $",keys={known}") : "";
            text.Line(string.Create(CultureInfo.InvariantCulture, $"cluster_node{i}"), string.Create(CultureInfo.InvariantCulture,
                $"id={node.Node},address={node.Address},state={node.State},shards={node.Shards.Count},self={(node.IsSelf ? 1 : 0)}{keys}"));
        }
    }
}
