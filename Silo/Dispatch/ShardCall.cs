using OrleansKv.Grains;
using OrleansKv.Grains.Routing;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// One grain call: the batch that gathers for it, who waits for it, and its answer. Reused by its lane. The worker's thread owns it, but
/// for the time between <see cref="Start"/> and its place in the worker's answers.
/// </summary>
internal sealed class ShardCall
{
    private readonly HashSet<int> _again = []; // of a call that failed
    private int _readers;

    public ShardCall(ShardLane lane)
    {
        Lane = lane;
        Call = new GrainCall(lane.Worker.Watch, lane.Shard, Arrived);
    }

    public ShardLane Lane { get; }

    /// <summary>How it travels.</summary>
    public GrainCall Call { get; }

    /// <summary>Commands that gather while the call before is away.</summary>
    public BatchWriter Batch { get; } = new();

    /// <summary>The batch so far.</summary>
    public ReadOnlySpan<byte> Bytes => Batch.Buffer.AsSpan(0, Batch.SizeBytes);

    /// <summary>Each session once.</summary>
    public List<PendingReplies> Waiters { get; } = [];

    /// <summary>The shard's answer; null when the call failed (<see cref="Failure"/>).</summary>
    public ShardReply? Reply { get; private set; }

    /// <summary>A ready error line without its dash and end, for every command of the call; null when it went well.</summary>
    public string? Failure { get; private set; }

    /// <summary>It goes to a shard of this node.</summary>
    public bool IsLocal { get; private set; }

    /// <summary>Sends the batch; again for one that had been sent before, unchanged.</summary>
    public void Start(IShardGrain grain, long mapVersion, ShardHome home, bool isLocal)
    {
        IsLocal = isLocal;
        if (isLocal) Lane.Worker.LocalStarts();
        Reply = null;
        Failure = null;
        if (Call.Start(grain, new ShardBatch(Batch.Buffer, Batch.SizeBytes, mapVersion, home.Epoch), home)) Arrived();
    }

    /// <summary>Ends the call with the reply of this node's own copy.</summary>
    public void Answer(ShardReply reply)
    {
        Call.Answer(reply);
        Failure = null;
        IsLocal = false;
        Arrived();
    }

    /// <summary>Ends the call without sending it.</summary>
    public void Refuse(string failure)
    {
        Reply = null;
        Failure = failure;
        IsLocal = false;
        Lane.Worker.Answer(this);
    }

    /// <summary>The reply of one command, or the failure as a RESP error.</summary>
    public ReadOnlySpan<byte> this[int index] => Reply!.Replies[index];

    /// <summary>The reply of one command that is of no group; false when it has not run, or the call failed.</summary>
    public bool TryGet(int index, out ReadOnlySpan<byte> reply)
    {
        reply = Reply is { } answer ? answer.Replies.Find(index) : default;
        return reply.Length > 0;
    }

    /// <summary>Whether items, one or a group, are answered; a failure answers all but those that are to be asked again.</summary>
    public bool HasRun(int index, int count) => Reply is { } reply
        ? count == 1 ? reply.Replies.HasRun(index) : index + count <= reply.Replies.Count
        : !_again.Contains(index);

    /// <summary>An item of a call that failed counts as one that has not run.</summary>
    public void AskAgain(int index) => _again.Add(index);

    /// <summary>Whether an item has not run because its reply would be too long to come with others.</summary>
    public bool IsTooLong(int index) => Reply is { } reply && index < reply.Replies.Count && !reply.Replies.HasRun(index);

    /// <summary>The last items have not run.</summary>
    public bool IsShort => Reply is { } reply && !reply.Replies.HasRun(Batch.Count - 1);

    /// <summary>Some items were slow.</summary>
    public bool HasSlow => Reply is { Replies.Slow.Count: > 0 };

    /// <summary>How long an item ran, ns, if that was slow; else 0.</summary>
    public long SlowNs(int index)
    {
        if (!HasSlow) return 0;
        foreach (SlowItem slow in Reply!.Replies.Slow)
        {
            if (slow.Index == index) return slow.Ns;
        }

        return 0;
    }

    /// <summary>Takes the answer in; the worker's thread. Returns the exception of a call that failed.</summary>
    public Exception? TakeAnswer()
    {
        if (Failure is not null) return null;
        ShardReply? reply = Call.Take(out Exception? failure);
        if (reply is not null) Reply = reply;
        return failure;
    }

    /// <summary>Notes why no reply came.</summary>
    public void Fail(string failure)
    {
        Reply = null;
        Failure = failure;
    }

    /// <summary>The answer is there: its waiters read it, the last gives the buffers back.</summary>
    public void BeginReading() => _readers = Waiters.Count;

    public void EndReading()
    {
        if (--_readers > 0) return;
        // A call that failed may still be running somewhere with its buffer: that one is left to the collector.
        if (Reply is not null) Batch.Reset();
        else Batch.Drop();
        Reply?.Replies.Release();
        Reply = null;
        Failure = null;
        Call.TryingSince = null;
        _again.Clear();
        Waiters.Clear();
        Lane.Recycle(this);
    }

    private void Arrived() => Lane.Worker.Answer(this);
}
