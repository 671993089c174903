namespace OrleansKv.Protocol.Batches;

/// <summary>
/// Replies with their buffers, from their readers back to their shard. The shared array pool does not do here: buffers are rented on one
/// thread and given back on another, which it answers with garbage. Any thread.
/// </summary>
internal sealed class BatchReplyPool
{
    /// <summary>8: a shard has one call away for each I/O thread of each gateway, and few need more.</summary>
    private readonly BatchReply?[] _free = new BatchReply?[8];

    public BatchReply Rent()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } reply) return reply;
        }

        return new BatchReply(this);
    }

    /// <summary>Kept if there is room.</summary>
    public void Return(BatchReply reply)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], reply, null) is null) return;
        }

        reply.Output!.Release();
    }
}
