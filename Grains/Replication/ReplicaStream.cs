using System.Buffers;
using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// The way from this node to another for messages of all shards: one call is away, and what comes meanwhile gathers for the next. What does
/// not fit is dropped, and so is what was in a call that failed: replicas ask again. The replicas' thread.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="send">Hands a batch of messages to the other node.</param>
/// <param name="ended">Takes the answer of a call, or why it has failed; on any thread.</param>
internal sealed class ReplicaStream(
    ReplicaId self,
    Func<ReplicaMessageBatch, ValueTask<ReplicaMessageBatch>> send,
    Action<ReplicaStream, ReplicaMessageBatch?, Exception?> ended)
{
    /// <summary>
    /// Bytes that may gather: a second of 30,000 writes of 130 B. A node that hangs is sent nothing that it could still use.
    /// </summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Before the next call after one that failed, ms: a node that is down refuses at once.</summary>
    private const int PauseMs = 50;

    private readonly ArrayBufferWriter<byte> _gathering = new();
    private TimeSpan _notBefore = TimeSpan.MinValue;
    private bool _isAway;

    /// <summary>Calls that wait for what this node has to say to the other one: it goes back with the first of them.</summary>
    public Queue<TaskCompletionSource<ReplicaMessageBatch>> Asked { get; } = new();

    public void Post(ShardId shard, IReplicaMessage message)
    {
        if (_gathering.WrittenCount + ReplicaMessages.SizeOf(message) <= MaxBytes || _gathering.WrittenCount == 0)
            ReplicaMessages.Write(_gathering, shard, message);
    }

    /// <summary>Sends what has gathered, as an answer where one is waited for.</summary>
    public void Send(TimeSpan now)
    {
        // Nobody says when an answer has left: its buffer is no pool's.
        while (Asked.TryDequeue(out TaskCompletionSource<ReplicaMessageBatch>? asked)) asked.SetResult(Take(static size => new byte[size]));
        SendOnly(now);
    }

    /// <summary>The same without answers: those are not safe yet.</summary>
    public void SendOnly(TimeSpan now)
    {
        if (_isAway || _gathering.WrittenCount == 0 || now < _notBefore) return;
        _isAway = true;
        _ = Call(Take(ByteBuffers.Rent));
    }

    /// <summary>The call that was away has ended; after a failure the next one waits a little.</summary>
    public void Ended(bool hasFailed, TimeSpan now)
    {
        _isAway = false;
        _notBefore = hasFailed ? now + TimeSpan.FromMilliseconds(PauseMs) : TimeSpan.MinValue;
    }

    private ReplicaMessageBatch Take(Func<int, byte[]> rent)
    {
        int length = _gathering.WrittenCount;
        byte[] buffer = length == 0 ? [] : rent(length);
        _gathering.WrittenSpan.CopyTo(buffer);
        _gathering.ResetWrittenCount();
        return new ReplicaMessageBatch(self.Value, buffer, length);
    }

    private async Task Call(ReplicaMessageBatch batch)
    {
        try
        {
            ReplicaMessageBatch answer = await send(batch).ConfigureAwait(false);
            ByteBuffers.Return(batch.Buffer);
            ended(this, answer, null);
        }
        catch (Exception failure)
        {
            ended(this, null, failure); // the node is down, or slow, and the call may still have its buffer: replicas ask again
        }
    }
}
