using OrleansKv.Gateway.Commands.Server;
using OrleansKv.Gateway.Dispatch;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>CLUSTER INFO: Redis' lines in its order. Messages of Redis' cluster bus are counted nowhere: there is none.</summary>
internal static class ClusterInfoText
{
    public static string Of(ClusterSnapshot cluster)
    {
        var text = new InfoText();
        text.Line("cluster_state", cluster.State == ClusterState.Ok ? "ok" : "fail");
        text.Line("cluster_slots_assigned", cluster.AssignedSlots);
        text.Line("cluster_slots_ok", cluster.ServedSlots);
        text.Line("cluster_slots_pfail", cluster.SuspectSlots);
        text.Line("cluster_slots_fail", cluster.FailedSlots);
        text.Line("cluster_known_nodes", cluster.Nodes.Count);
        text.Line("cluster_size", cluster.Ranges.Select(r => r.Node).Distinct().Count());
        text.Line("cluster_current_epoch", cluster.Epoch);
        text.Line("cluster_my_epoch", cluster.Epoch);
        text.Line("cluster_stats_messages_sent", 0);
        text.Line("cluster_stats_messages_received", 0);
        text.Line("total_cluster_links_buffer_limit_exceeded", 0);
        return text.ToString();
    }
}
