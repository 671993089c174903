namespace OrleansKv.Grains;

/// <summary>Keeps the cluster map; there is one, with key 0.</summary>
[Alias("orleanskv.slotmap")]
public interface ISlotMapGrain : IGrainWithIntegerKey
{
    /// <summary>The map, or null when the caller's version is the newest.</summary>
    [Alias("get")]
    ValueTask<ClusterMap?> Get(long knownVersion);

    /// <summary>
    /// Notes that a node is there, and gives a new one its share of the shards, moving them one by one in the background. The first node's
    /// slot map becomes the cluster's. Returns the map, or says why the node cannot join. May be asked again by the same silo.
    /// </summary>
    [Alias("join")]
    ValueTask<JoinResult> Join(JoinRequest request);

    /// <summary>A shard has arrived with its data at its next home.</summary>
    [Alias("arrived")]
    ValueTask<ClusterMap> Arrived(int shard, string nodeId, uint epoch);

    /// <summary>Whether shards are still to be moved.</summary>
    [Alias("isMoving")]
    ValueTask<bool> IsMoving();
}
