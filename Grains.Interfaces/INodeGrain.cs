using Orleans.Concurrency;

namespace OrleansKv.Grains;

/// <summary>What other nodes ask of a node itself; its id is the grain's key, and it is always placed there.</summary>
[Alias("orleanskv.nodegrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Gives messages of PUBLISH, in their order, to the subscribers that are connected to this node.</summary>
    [Alias("publish")]
    ValueTask Publish(PublishedMessage[] messages);

    /// <summary>Brings to the node's disk all that it has acknowledged; false when that failed, or when it keeps nothing on disk.</summary>
    [Alias("sync")]
    ValueTask<bool> Sync();

    /// <summary>A shard begins to come here from its home, which serves it meanwhile. What has come of it before is forgotten.</summary>
    [Alias("beginShard")]
    ValueTask BeginShard(ShardHead head);

    /// <summary>Takes the next piece of it. Throws when the node has not what comes before: the state has to be sent anew.</summary>
    [Alias("takeShard")]
    ValueTask TakeShard(ShardPart part);

    /// <summary>
    /// All entries have been sent, so many: the node brings them to its disk and its memory. Waits for that, but not long; called again
    /// it goes on waiting. Records may come meanwhile.
    /// </summary>
    [Alias("completeShard")]
    ValueTask<ShardProgress> CompleteShard(int shard, uint epoch, long entries);

    /// <summary>
    /// All records have been sent, and the shard is served nowhere: the node has the map note that it lives here now, in the epoch behind
    /// the one in which it left.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="epoch">The epoch in which it leaves its home.</param>
    /// <param name="last">Position of its last record.</param>
    [Alias("finishShard")]
    ValueTask<ShardProgress> FinishShard(int shard, uint epoch, ShardPosition last);

    /// <summary>
    /// Hands messages to the replicas of this node, and returns what they say to the sender's, as soon as what they say is as safe as it
    /// says. Any of it may be lost, or come late or twice: replicas ask again.
    /// </summary>
    [Alias("replicate"), ResponseTimeout("00:00:02")]
    ValueTask<ReplicaMessageBatch> Replicate(ReplicaMessageBatch batch);

    /// <summary>A replica of another node needs the whole state of this one's, which was elected in an epoch; it begins to come.</summary>
    [Alias("sendReplica")]
    ValueTask SendReplica(int shard, uint epoch, string toNode);

    /// <summary>
    /// Another node is about to lead a shard; the slot map grain's call. What comes is deferred until that one leads, or for 3 s.
    /// True when all that was taken before is committed, so that nobody's outcome is left unknown; false when this node does not lead it in
    /// the epoch that is about to end, or no write quorum has answered.
    /// </summary>
    [Alias("prepareHandover")]
    ValueTask<bool> PrepareHandover(int shard, uint epoch);

    /// <summary>The last record of each shard that the node serves with replicas, by shard; none for the others.</summary>
    [Alias("shardEnds")]
    ValueTask<ShardPosition[]> ShardEnds();

    /// <summary>
    /// Other replicas that have each shard up to a record of <see cref="ShardEnds"/>, by shard; 0 where that record has been lost, -1 where
    /// the node does not serve the shard.
    /// </summary>
    [Alias("countReplicas")]
    ValueTask<int[]> CountReplicas(ShardPosition[] upTo);

    /// <summary>A newer map, which is saved.</summary>
    [Alias("offerMap"), OneWay]
    ValueTask OfferMap(ClusterMapUpdate map);

    /// <summary>The node's own numbers.</summary>
    [Alias("stats")]
    ValueTask<NodeStats> Stats();
}
