namespace OrleansKv.Grains.Shards;

/// <summary>The states of shards that are on their way to this node, one a shard. Any thread.</summary>
/// <param name="nodeId">The node, for messages.</param>
internal sealed class ArrivingShards(string nodeId)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ArrivingShard> _byShard = [];

    /// <summary>One begins; what has come of the shard before is given up.</summary>
    public void Begin(ArrivingShard arrival)
    {
        ArrivingShard? before;
        lock (_lock)
        {
            before = _byShard.GetValueOrDefault(arrival.Head.Shard);
            _byShard[arrival.Head.Shard] = arrival;
        }

        before?.Import.Dispose();
    }

    /// <summary>The one that is sent in an epoch. Throws when there is none.</summary>
    public ArrivingShard Find(int shard, uint epoch)
    {
        lock (_lock)
        {
            return _byShard.GetValueOrDefault(shard) is { } arrival && arrival.Head.Epoch == epoch
                ? arrival
                : throw new InvalidOperationException(
                    $"node {nodeId} knows nothing of shard {shard}: it was started again, or has given up");
        }
    }

    /// <summary>Whether it is still on its way.</summary>
    public bool Has(ArrivingShard arrival)
    {
        lock (_lock) return ReferenceEquals(_byShard.GetValueOrDefault(arrival.Head.Shard), arrival);
    }

    /// <summary>It has ended; false when it is not on its way any more.</summary>
    public bool TryRemove(ArrivingShard arrival)
    {
        lock (_lock) return Has(arrival) && _byShard.Remove(arrival.Head.Shard);
    }
}
