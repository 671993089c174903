using Orleans.Runtime;

namespace OrleansKv.Grains.Node;

/// <summary>
/// Which silo is a node: Orleans' membership, where a node's id is its silo's name, and of several that claim it the one that joined. Any
/// thread.
/// </summary>
public sealed class NodeDirectory(IClusterMembershipService membership, ILocalSiloDetails local, ClusterMapCache maps)
{
    private volatile Seen? _seen; // asked for each call: a look-up that allocates nothing

    /// <summary>
    /// Whether this silo is the node that it says it is: it has joined, and no other under the same name since. Another must serve nothing.
    /// </summary>
    /// <param name="map">As the map's grain has it now: an older one cannot tell.</param>
    public bool IsGenuine(ClusterMap map) => local.SiloAddress.Equals(map.NodeOf(local.Name)?.Silo);

    /// <summary>The same for who cannot go on without; throws <see cref="ShardUnavailableException"/>.</summary>
    internal void RequireGenuine(ClusterMap map)
    {
        if (!IsGenuine(map)) throw new ShardUnavailableException($"this silo is not node {local.Name}: it has not joined, or another has");
    }

    /// <summary>
    /// Null when the node is down. When several silos claim the id, the one that the map names; when it names none of them, the oldest, and
    /// of one age the one with the lower address, the same for all who ask.
    /// </summary>
    public SiloAddress? Find(string nodeId)
    {
        ClusterMembershipSnapshot now = membership.CurrentSnapshot;
        ClusterMap map = maps.Current;
        Seen? seen = _seen;
        if (seen is null || !ReferenceEquals(seen.Of, now) || !ReferenceEquals(seen.Map, map)) _seen = seen = new Seen(now, map);
        return seen.ByNode.GetValueOrDefault(nodeId);
    }

    public bool IsAlive(string nodeId) => Find(nodeId) is not null;

    /// <summary>Whether a silo that has joined may still serve: it is active, or only just stopping.</summary>
    public bool Runs(SiloAddress silo) =>
        membership.CurrentSnapshot.Members.TryGetValue(silo, out ClusterMember? member) && member.Status is SiloStatus.Active
        or SiloStatus.ShuttingDown or SiloStatus.Stopping;

    /// <summary>One state of membership and map, by node.</summary>
    private sealed class Seen
    {
        public Seen(ClusterMembershipSnapshot of, ClusterMap map)
        {
            Of = of;
            Map = map;
            foreach (ClusterMember member in of.Members.Values)
            {
                if (member.Status != SiloStatus.Active) continue;
                if (!ByNode.TryGetValue(member.Name, out SiloAddress? known)
                    || IsPreferred(member.SiloAddress, known, map.NodeOf(member.Name)?.Silo)) ByNode[member.Name] = member.SiloAddress;
            }
        }

        public ClusterMembershipSnapshot Of { get; }

        public ClusterMap Map { get; }

        public Dictionary<string, SiloAddress> ByNode { get; } = [];

        // Generations are seconds; CompareTo looks at them first, then at port and address.
        private static bool IsPreferred(SiloAddress one, SiloAddress other, SiloAddress? joined) =>
            one.Equals(joined) || (!other.Equals(joined) && one.CompareTo(other) < 0);
    }
}
