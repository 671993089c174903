namespace OrleansKv.Grains;

/// <summary>Keeps the cluster map; there is one, with key 0.</summary>
[Alias("orleanskv.slotmap")]
public interface ISlotMapGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// The map, or null when the caller's version is the newest. Ends after 2 s: the grain may have been on a node that is gone, and who
    /// asks again finds it on another.
    /// </summary>
    /// <param name="knownVersion">The newest one that the caller has; 0 for none.</param>
    /// <param name="knownSlots">The slots that the caller has, which are not sent again; 0 for none.</param>
    [Alias("get"), ResponseTimeout("00:00:02")]
    ValueTask<ClusterMapUpdate?> Get(long knownVersion, ulong knownSlots);

    /// <summary>
    /// Notes that a node is there, and gives a new one its share of the shards, moving them one by one in the background. The first node's
    /// slot map becomes the cluster's. Returns the map, or says why the node cannot join. May be asked again by the same silo.
    /// </summary>
    [Alias("join")]
    ValueTask<JoinResult> Join(JoinRequest request);

    /// <summary>
    /// A node is about to serve a shard. Answers from what is stored, as of this call, and not from memory. When a move away from the node
    /// has begun, the shard gets a new epoch first, so that whatever had left for the next home no longer counts. The slots that the caller
    /// has are not sent again.
    /// </summary>
    [Alias("claim")]
    ValueTask<ClusterMapUpdate> Claim(int shard, string nodeId, ulong knownSlots);

    /// <summary>
    /// A shard's data is on the disk of its next home, as it was in the epoch before this one. The shard has its new home if the map that
    /// is returned says so; not when the old home has taken it back meanwhile. May be repeated. The slots that the caller has are not
    /// sent again.
    /// </summary>
    [Alias("arrived")]
    ValueTask<ClusterMapUpdate> Arrived(int shard, string nodeId, uint epoch, ulong knownSlots);

    /// <summary>
    /// Leaders say how their replicas are, when that changes and now and then: the map changes by it. Nothing is kept of it but the last
    /// one a shard.
    /// </summary>
    [Alias("report")]
    ValueTask Report(ReplicaReport[] reports);

    /// <summary>
    /// A node is about to stop: other members lead its shards from now on, until it joins again or half a minute has gone. Returns the
    /// number of shards that it still leads and that others could lead.
    /// </summary>
    [Alias("standDown")]
    ValueTask<int> StandDown(string nodeId);

    /// <summary>
    /// A node is to lead the shards that it has copies of, from now on and before others that were to, or no longer more than the ring
    /// gives it. Ends when that is stored; the leaders follow within seconds.
    /// </summary>
    [Alias("prefer")]
    ValueTask Prefer(string nodeId, bool isPreferred);

    /// <summary>Whether shards are still to be moved.</summary>
    [Alias("isMoving")]
    ValueTask<bool> IsMoving();
}
