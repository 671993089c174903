using Orleans.Runtime;

namespace OrleansKv.Grains.Node;

/// <summary>Which silos run, by node id: Orleans' membership, where a node's id is its silo's name. Any thread.</summary>
public sealed class NodeDirectory(IClusterMembershipService membership)
{
    /// <summary>Null when the node is down.</summary>
    public SiloAddress? Find(string nodeId)
    {
        foreach (ClusterMember member in membership.CurrentSnapshot.Members.Values)
        {
            if (member.Status == SiloStatus.Active && member.Name == nodeId) return member.SiloAddress;
        }

        return null;
    }

    public bool IsAlive(string nodeId) => Find(nodeId) is not null;
}
