using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// A replica that follows, as a copy to read from. It may show a write before that is acknowledged, for records are applied as they come
/// (ADR 0023). Any thread.
/// </summary>
internal sealed class FollowerCopy(HostedReplica hosted, KvNode node, ReplicaNode replicas) : IFollowerCopy
{
    private readonly ShardCell _cell = node.Store.Cells[hosted.Id.Value];
    private readonly BatchRunner _runner = new(node.Runner) { Faults = node.Faults }; // under the cell's Turn
    private long _batches;

    /// <summary>
    /// Whether this node follows the shard's leader, and had all that was committed within <see cref="HostedReplica.MaxStale"/>.
    /// </summary>
    public bool IsReadable => hosted.ReadableUntil > replicas.Now;

    /// <summary>Batches that were answered.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    public ShardReply? Read(ReadOnlySpan<byte> batch, long mapVersion)
    {
        lock (_cell.Turn) // the node does not begin to lead meanwhile, nor a whole state to take the copy's place
        {
            if (!IsReadable || _cell.Shard.Role != ShardRole.Follower) return null;
            _runner.SlowNs = node.SlowNs;
            BatchReply? reply = _runner.Run(hosted.Id, batch, out string? problem);
            Interlocked.Increment(ref _batches);
            return reply is null
                ? ShardReply.Of(ShardStatus.Refused, mapVersion, problem)
                : new ShardReply(ShardStatus.Done, reply, mapVersion, null);
        }
    }
}
