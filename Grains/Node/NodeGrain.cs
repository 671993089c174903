using Orleans.Concurrency;
using Orleans.GrainDirectory;
using OrleansKv.Grains.Placement;
using OrleansKv.Grains.Replication;
using OrleansKv.Grains.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Node;

/// <summary>A node's door for the other nodes.</summary>
[Reentrant, NodePlacement, GrainDirectory(ClusterMapDirectory.Name), GrainType(ClusterMapDirectory.NodeTypeName)]
internal sealed class NodeGrain(KvNode node, ClusterMapCache maps, ShardArrivals arrivals, ReplicaNode replicas, ReplicaArrivals copies)
    : Grain, INodeGrain
{
    public ValueTask Publish(PublishedMessage[] messages)
    {
        foreach (PublishedMessage message in messages) node.Publish(message);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> Sync() =>
        node.Store.Journal is null ? new(false) : node.Commits.CommitAsync(node.Store.Appended, Durability.Always);

    public ValueTask BeginShard(ShardHead head) => IsReplicated ? copies.Begin(head) : arrivals.Begin(head);

    public ValueTask TakeShard(ShardPart part) => IsReplicated ? copies.Take(part) : arrivals.Take(part);

    public ValueTask<ShardProgress> CompleteShard(int shard, uint epoch, long entries) =>
        IsReplicated ? copies.Complete(shard, epoch, entries) : arrivals.Complete(shard, epoch, entries);

    public ValueTask<ShardProgress> FinishShard(int shard, uint epoch, ShardPosition last) =>
        IsReplicated ? copies.Finish(shard, epoch, last) : arrivals.Finish(shard, epoch, last, GrainFactory);

    public ValueTask<ReplicaMessageBatch> Replicate(ReplicaMessageBatch batch) => replicas.Receive(batch);

    public ValueTask SendReplica(int shard, uint epoch, string toNode)
    {
        replicas.SendState(new ShardId((ushort)shard), new Epoch(epoch), toNode);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> PrepareHandover(int shard, uint epoch) => replicas.PrepareHandover(new ShardId((ushort)shard), new Epoch(epoch));

    public async ValueTask<ShardPosition[]> ShardEnds() => await replicas.Ends();

    public async ValueTask<int[]> CountReplicas(ShardPosition[] upTo) => await replicas.CountReplicas(upTo);

    public ValueTask OfferMap(ClusterMapUpdate map)
    {
        maps.Offer(map);
        return ValueTask.CompletedTask;
    }

    private bool IsReplicated => maps.Current.IsReplicated;

    public ValueTask<NodeStats> Stats() => new(node.Stats(maps.Current));
}
