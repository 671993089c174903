using OrleansKv.Protocol;

namespace OrleansKv.Grains.Map;

/// <summary>
/// The changes of the cluster map by which a shard's home and epoch change (ADR 0008), each as a function of the map that is stored: the
/// map after it, or null where that has nothing to change. So a change names what it expects, and who comes too late changes nothing. Pure.
/// </summary>
internal static class MapRules
{
    /// <summary>
    /// A node's process takes up a shard that lives there. If it was to move, what is on its way is left behind: it is written at the next
    /// home in the epoch behind the home's, and nobody else may have that one.
    /// </summary>
    public static ClusterMap? Claim(ClusterMap map, int shard, string nodeId)
    {
        if (shard >= map.Homes.Length) return null;
        ShardHome home = map.Homes[shard];
        return home.NodeId == nodeId && home.NextNodeId is not null ? With(map, shard, home with { Epoch = home.Epoch + 2 }) : null;
    }

    /// <summary>
    /// A shard that left its home in an epoch is on the disk of its next home in the following one. It counts only while the home is in
    /// that epoch.
    /// </summary>
    public static ClusterMap? Arrive(ClusterMap map, int shard, string nodeId, uint epoch)
    {
        if (shard >= map.Homes.Length) return null;
        ShardHome home = map.Homes[shard];
        return home.NextNodeId == nodeId && home.Epoch + 1 == epoch ? With(map, shard, new ShardHome(nodeId, epoch, null)) : null;
    }

    /// <summary>
    /// A node's process begins: it writes all shards that live there in epochs of its own, for in those of the node's former process
    /// positions may have been given to records that a power cut took. For a shard that was to move, see <see cref="Claim"/>. What the node
    /// only follows stays as it is: others write it.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="newest">The newest epoch of a record in its store.</param>
    public static ClusterMap Begin(ClusterMap map, string nodeId, uint newest) =>
        map with { Homes = [.. map.Homes.Select(h => h.NodeId == nodeId ? NextTenure(h, newest) : h)] };

    /// <summary>The home's next epoch, above the newest one of its records.</summary>
    public static ShardHome NextTenure(ShardHome home, uint newest) =>
        home with { Epoch = Math.Max(home.Epoch + (home.NextNodeId is null ? 1u : 2u), newest + 1) };

    private static ClusterMap With(ClusterMap map, int shard, ShardHome home) =>
        map with { Homes = [.. map.Homes.Select((h, i) => i == shard ? home : h)] };
}
