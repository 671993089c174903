using OrleansKv.Engine.Store;

namespace OrleansKv.Grains.Replication;

/// <summary>The committed records of a node's copies, by shard, and a sign that there are more. Any thread.</summary>
/// <param name="tails">By shard.</param>
internal sealed class CommittedRecords(CommittedTail[] tails)
{
    private TaskCompletionSource? _waiting; // of all who wait; null for nobody

    public IReadOnlyList<CommittedTail> Tails => tails;

    /// <summary>Completes when more is committed than was before the call.</summary>
    public Task WhenMore()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _waiting, mine, null) ?? mine).Task;
    }

    /// <summary>More is committed, behind what the tails say.</summary>
    public void Tell() => Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
}
