using System.Buffers;
using OrleansKv.Engine.Batches;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>
/// A shard that holds its calls until the test answers the oldest. What it is asked runs when it is answered, on the caller's store.
/// </summary>
internal sealed class HeldShard(int id, BatchRunner runner) : IShardGrain
{
    private readonly Queue<(ShardBatch Batch, TaskCompletionSource<ShardReply> Answer)> _calls = new();

    /// <summary>Calls that wait for an answer.</summary>
    public int Waiting
    {
        get
        {
            lock (_calls) return _calls.Count;
        }
    }

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Most bytes of replies that one answer had.</summary>
    public int LongestAnswer { get; private set; }

    /// <summary>Completed by the next call.</summary>
    public TaskCompletionSource? Called { get; set; }

    public ValueTask<ShardReply> Run(ShardBatch batch)
    {
        var answer = new TaskCompletionSource<ShardReply>();
        lock (_calls)
        {
            _calls.Enqueue((batch, answer));
            Calls++;
        }

        Called?.TrySetResult();
        return new ValueTask<ShardReply>(answer.Task);
    }

    /// <summary>Runs the oldest call's batch.</summary>
    public void Answer()
    {
        (ShardBatch batch, TaskCompletionSource<ShardReply> answer) = Next();
        BatchReply? replies = runner.Run(new ShardId((ushort)id), batch.Bytes, out string? problem);
        LongestAnswer = Math.Max(LongestAnswer, replies?.Bytes.Length ?? 0);
        Complete(() => answer.SetResult(
            replies is null ? ShardReply.Of(ShardStatus.Refused, 1, problem) : new ShardReply(ShardStatus.Done, replies, 1, null)));
    }

    public void Answer(ShardStatus status, string? problem = null) =>
        Complete(() => Next().Answer.SetResult(ShardReply.Of(status, 1, problem)));

    /// <summary>Answers the oldest call with these bytes, one reply each.</summary>
    public void AnswerWith(params string[] replies)
    {
        string text = string.Concat(replies);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, bytes);
        int[] ends = ArrayPool<int>.Shared.Rent(replies.Length);
        for (int i = 0; i < replies.Length; i++) ends[i] = replies[i].Length + (i == 0 ? 0 : ends[i - 1]);
        Complete(() => Next()
            .Answer.SetResult(new ShardReply(ShardStatus.Done, new BatchReply(bytes, text.Length, ends, replies.Length), 1, null)));
    }

    /// <summary>Answers the oldest call, of one item, and says how long it ran.</summary>
    public void AnswerSlowly(long ns, string reply)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(reply.Length);
        System.Text.Encoding.ASCII.GetBytes(reply, bytes);
        int[] ends = ArrayPool<int>.Shared.Rent(1);
        ends[0] = reply.Length;
        Complete(() => Next().Answer.SetResult(
            new ShardReply(ShardStatus.Done, new BatchReply(bytes, reply.Length, ends, 1, [new SlowItem(0, ns)]), 1, null)));
    }

    public void Fail(Exception failure) => Complete(() => Next().Answer.SetException(failure));

    public ValueTask Wake() => ValueTask.CompletedTask;

    public ValueTask<bool> MoveTo(string nodeId) => new(true);

    // Without xunit's context the caller's continuation runs here, and not some time later.
    private static void Complete(Action complete)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private (ShardBatch Batch, TaskCompletionSource<ShardReply> Answer) Next()
    {
        lock (_calls) return _calls.Dequeue();
    }
}
