using Orleans.Runtime;

namespace OrleansKv.Grains.Node;

/// <summary>Which silos run, by node id: Orleans' membership, where a node's id is its silo's name. Any thread.</summary>
public sealed class NodeDirectory(IClusterMembershipService membership, ILocalSiloDetails local)
{
    private volatile Seen? _seen; // asked for each call: a look-up that allocates nothing

    /// <summary>
    /// Whether this silo is the node that it says it is: not when an older one runs under the same name. Such a silo must serve nothing.
    /// </summary>
    public bool IsGenuine => Find(local.Name)?.Equals(local.SiloAddress) ?? false;

    /// <summary>Null when the node is down; the oldest when several silos claim the id.</summary>
    public SiloAddress? Find(string nodeId)
    {
        ClusterMembershipSnapshot now = membership.CurrentSnapshot;
        Seen? seen = _seen;
        if (seen is null || !ReferenceEquals(seen.Of, now)) _seen = seen = new Seen(now);
        return seen.ByNode.GetValueOrDefault(nodeId);
    }

    public bool IsAlive(string nodeId) => Find(nodeId) is not null;

    /// <summary>One state of the membership, by node.</summary>
    private sealed class Seen
    {
        public Seen(ClusterMembershipSnapshot of)
        {
            Of = of;
            foreach (ClusterMember member in of.Members.Values)
            {
                if (member.Status != SiloStatus.Active) continue;
                if (!ByNode.TryGetValue(member.Name, out SiloAddress? known) || member.SiloAddress.Generation < known.Generation) ByNode[member.Name] = member.SiloAddress;
            }
        }

        public ClusterMembershipSnapshot Of { get; }

        public Dictionary<string, SiloAddress> ByNode { get; } = [];
    }
}
