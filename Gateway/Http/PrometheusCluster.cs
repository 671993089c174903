using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Http;

/// <summary>The cluster's families: what this node sees of all of them. An alert takes the worst of what the nodes say.</summary>
internal static class PrometheusCluster
{
    public static void Write(PrometheusText text, ClusterReport cluster)
    {
        text.Gauge("cluster_ok", "1 while every slot is served.", cluster.Ok ? 1 : 0);
        text.Gauge("cluster_map_version", "Version of the cluster map that this node goes by.", cluster.MapVersion);
        text.Gauge("cluster_map_age_seconds", "Time since the map's keeper answered; it is asked once a second.", cluster.MapAgeSeconds);
        text.Gauge("cluster_slots_served", "Slots that a node serves.", cluster.SlotsServed);
        text.Gauge("cluster_slots_unserved", "Slots that no node serves.", cluster.SlotsUnserved);
        text.Gauge("cluster_shards_unserved", "Shards that no node serves.", cluster.ShardsUnserved.Count);
        text.Gauge("cluster_moves", "Shards that are to change their homes.", cluster.Moves.Count);
        text.Gauge("cluster_nodes", "Nodes that the map knows.", cluster.Nodes.Count);
        Family(text, cluster, "cluster_node_up", "1 for a node that answers.", static n => n.Up ? 1 : 0);
        Family(text, cluster, "cluster_node_ready", "1 for a node that takes reads and writes.", static n =>
            n is { Up: true, State: "ready" } ? 1 : 0);
        Family(text, cluster, "cluster_node_shards", "Shards that a node is home of, served or not.", static n => n.Shards.Count);
    }

    private static void Family(PrometheusText text, ClusterReport cluster, string name, string help, Func<ClusterNodeReport, double> read)
    {
        text.Begin(name, "gauge", help);
        foreach (ClusterNodeReport node in cluster.Nodes) text.Sample(name, read(node), ("node", node.Node));
    }
}
