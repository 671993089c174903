using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>What the nodes of a cluster know of it, for the message of a test that waited in vain.</summary>
internal static class ClusterPicture
{
    public static string Of(IEnumerable<InProcessSiloHandle> silos, ClusterSnapshot? seen = null)
    {
        var text = new StringBuilder();
        if (seen is not null) Append(text, seen);
        foreach (InProcessSiloHandle silo in silos) Append(text, silo);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ClusterSnapshot seen)
    {
        text.AppendLine($"seen: {seen.State}, slots served {seen.ServedSlots}, unserved {seen.UnservedSlots}, suspect {seen.SuspectSlots}");
        foreach (ClusterNode node in seen.Nodes)
        {
            text.AppendLine($"  {node.NodeId}: alive {node.IsAlive}, answers {node.IsAnswering}, {node.Condition}, unserved "
                + string.Join(' ', node.Unserved));
        }
    }

    private static void Append(StringBuilder text, InProcessSiloHandle silo)
    {
        IServiceProvider services = silo.ServiceProvider;
        ClusterMap map = services.GetRequiredService<ClusterMapCache>().Current;
        NodeDirectory nodes = services.GetRequiredService<NodeDirectory>();
        text.AppendLine($"{silo.Name} ({silo.SiloAddress}): map {map.Version}, alive "
            + string.Join(' ', map.Nodes.Where(n => nodes.IsAlive(n.Id)).Select(n => $"{n.Id} ({n.Silo})")));
        for (int shard = 0; shard < map.Homes.Length; shard++)
        {
            ShardHome home = map.Homes[shard];
            text.AppendLine($"  shard {shard} in {home.Epoch}: leader {home.NodeId}, members {string.Join(' ', home.Members)}, learners "
                + $"{string.Join(' ', home.Learners)}, former {string.Join(' ', home.Former)}");
        }

        if (services.GetRequiredService<ReplicaNode>().Status is not { } status) return;
        foreach (ReplicaShardStatus shard in status.Shards) text.AppendLine($"  replica of shard {shard}");
    }
}
