using Orleans.Runtime;

namespace OrleansKv.Grains.Node;

/// <summary>Which silos run, by node id: Orleans' membership, where a node's id is its silo's name. Any thread.</summary>
public sealed class NodeDirectory(IClusterMembershipService membership, ILocalSiloDetails local)
{
    /// <summary>
    /// Whether this silo is the node that it says it is: not when an older one runs under the same name. Such a silo must serve nothing.
    /// </summary>
    public bool IsGenuine => Find(local.Name)?.Equals(local.SiloAddress) ?? false;

    /// <summary>Null when the node is down; the oldest when several silos claim the id.</summary>
    public SiloAddress? Find(string nodeId)
    {
        SiloAddress? found = null;
        foreach (ClusterMember member in membership.CurrentSnapshot.Members.Values)
        {
            if (member.Status == SiloStatus.Active && member.Name == nodeId && (found is null || member.SiloAddress.Generation < found.Generation)) found = member.SiloAddress;
        }

        return found;
    }

    public bool IsAlive(string nodeId) => Find(nodeId) is not null;
}
