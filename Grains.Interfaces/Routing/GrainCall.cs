namespace OrleansKv.Grains.Routing;

/// <summary>
/// One call of a shard's grain, which can be sent again: its start and its answer, with exceptions as values. One call is away at a time;
/// its owner sees to that.
/// </summary>
/// <param name="arrived">Is called when an answer comes that was not there at once; any thread.</param>
internal sealed class GrainCall(Action arrived)
{
    private ValueTask<ShardReply> _task;

    /// <summary>Time stamp of the first answer that said that nothing had run; null before one.</summary>
    public long? TryingSince { get; set; }

    /// <summary>Sends a batch. True when the answer is there at once; otherwise it arrives.</summary>
    public bool Start(IShardGrain grain, ShardBatch batch)
    {
        try
        {
            _task = grain.Run(batch);
        }
        catch (Exception failure)
        {
            _task = ValueTask.FromException<ShardReply>(failure);
        }

        if (_task.IsCompleted) return true;
        _task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(arrived);
        return false;
    }

    /// <summary>Ends a call that was not sent with a reply from elsewhere.</summary>
    public void Answer(ShardReply reply) => _task = new ValueTask<ShardReply>(reply);

    /// <summary>Takes the answer in: the reply, or null and what the call threw. Once for each start.</summary>
    public ShardReply? Take(out Exception? failure)
    {
        failure = null;
        try
        {
            return _task.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            return null;
        }
        finally
        {
            _task = default;
        }
    }
}
