using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Runs a shard's batches where the cluster has replicas: this node's state machine says whether it leads, and a batch is answered when
/// what it wrote and what it read is committed (ADR 0023). In the grain's turns.
/// </summary>
internal sealed class ReplicatedShard(HostedReplica hosted, BatchRunner runner, KvNode node, ReplicaNode replicas, ClusterMapCache maps)
{
    /// <summary>Time in which a leader is elected, with room, ms: 1 s of a lease and a few messages.</summary>
    private const int WaitMs = 3_000;

    private const int LookMs = 10;

    private JournalOffset _appended; // end of what batches have written while this was the only copy
    private readonly ShardCell _cell = node.Store.Cells[hosted.Id.Value];

    public bool IsServed => hosted.Tenure is not null;

    /// <summary>Whether the map has the shard's leader here.</summary>
    public bool IsHere => maps.Current.HomeOf(hosted.Id).NodeId == node.Id;

    /// <summary>Ends when the shard is served here; throws when it is not within seconds.</summary>
    public async ValueTask WhenServed()
    {
        for (int waited = 0; !IsServed; waited += LookMs)
        {
            if (!IsHere || waited > WaitMs) throw new ShardUnavailableException($"shard {hosted.Id} is not served by node {node.Id} now");
            await Task.Delay(LookMs);
        }
    }

    public ValueTask<ShardReply> Run(ShardBatch batch)
    {
        BatchReply? reply;
        ReplicaTenure? tenure;
        string? problem;
        Lsn before, after;
        lock (_cell.Turn) // nobody makes this node a follower meanwhile
        {
            tenure = hosted.Tenure;
            if (tenure is null || _cell.Shard.Role != ShardRole.Leader || tenure.DefersBatches(replicas.Now))
                return new ValueTask<ShardReply>(NotServed());
            before = _cell.Shard.Lsn;
            runner.Notifier = node.Notifier();
            runner.SlowNs = node.SlowNs;
            reply = runner.Run(hosted.Id, batch.Bytes, out problem);
            after = _cell.Shard.Lsn;
        }

        if (reply is null) return new ValueTask<ShardReply>(Of(ShardStatus.Refused, problem));
        // What expired under a read is nobody's write, but the read has seen it go.
        bool isReader = !runner.HasWritten || after == before;
        Durability level = runner.LevelOr(node.Durability);
        TimeSpan now = replicas.Now;
        ReadLevel? reading = isReader ? node.ReadLevel : null;
        if (tenure.IsAlone) return RunAlone(tenure, reply, after, reading, now, level);
        if (after != before) replicas.Grown(hosted);
        if (tenure.IsSettled(after, reading, now) && (level <= node.Durability || isReader))
            return new ValueTask<ShardReply>(Done(tenure, reply));
        return Await(tenure, reply, after, reading, now, level);
    }

    /// <summary>Why the shard cannot be served here now: it is about to be, or another node leads it.</summary>
    private ShardReply NotServed() => Of(IsHere ? ShardStatus.Retry : ShardStatus.Moved, null);

    // As without replicas: readers wait, too, while a write that they may have seen is not safe.
    private ValueTask<ShardReply> RunAlone(
        ReplicaTenure tenure, BatchReply reply, Lsn upTo, ReadLevel? reading, TimeSpan now, Durability level)
    {
        if (reading is null) _appended = node.Store.Appended;
        ValueTask<bool> commit = node.Commits.CommitAsync(_appended, level, isReader: reading is not null);
        return commit.IsCompletedSuccessfully && commit.Result && tenure.IsAlone
            ? new ValueTask<ShardReply>(Done(tenure, reply))
            : AwaitAlone(commit, tenure, reply, upTo, reading, now, level);
    }

    // Behind the commit: whoever may be elected by then has what was written, or this is not the only copy any more.
    private async ValueTask<ShardReply> AwaitAlone(
        ValueTask<bool> commit, ReplicaTenure tenure, BatchReply reply, Lsn upTo, ReadLevel? reading, TimeSpan now, Durability level)
    {
        if (await commit)
        {
            if (tenure.IsAlone) return Done(tenure, reply);
            replicas.Grown(hosted);
            return await Await(tenure, reply, upTo, reading, now, level);
        }

        reply.Release();
        return Of(ShardStatus.Unknown, node.Store.Journal?.Failure);
    }

    private async ValueTask<ShardReply> Await(
        ReplicaTenure tenure, BatchReply reply, Lsn upTo, ReadLevel? reading, TimeSpan now, Durability level)
    {
        if (reading == ReadLevel.Quorum) replicas.Confirm(hosted, now);
        // A connection may ask for more than the node's level: that much is safe here, and the node's level on the others.
        bool isSafe = level <= node.Durability || reading is not null || await node.Commits.CommitAsync(node.Store.Appended, level);
        TenureAnswer answer = await tenure.WhenSettled(upTo, reading, now);
        if (answer == TenureAnswer.Committed && isSafe) return Done(tenure, reply);
        reply.Release();
        if (!isSafe) return Of(ShardStatus.Unknown, node.Store.Journal?.Failure);
        if (answer == TenureAnswer.TimedOut) return Of(reading is not null ? ShardStatus.Unconfirmed : ShardStatus.NoReplicas, null);
        return reading is not null ? NotServed() : Of(ShardStatus.Deposed, null);
    }

    private ShardReply Done(ReplicaTenure tenure, BatchReply reply) =>
        new(ShardStatus.Done, reply, maps.Current.Version, null) { Epoch = tenure.Epoch.Value };

    private ShardReply Of(ShardStatus status, string? problem) =>
        ShardReply.Of(status, maps.Current.Version, problem) with { Epoch = maps.Current.HomeOf(hosted.Id).Epoch };
}
