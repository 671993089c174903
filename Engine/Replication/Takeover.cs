namespace OrleansKv.Engine.Replication;

/// <summary>
/// How the leader that the map names comes by its tenure: it collects promises of a read quorum, of the former members', too, where they
/// have changed, and takes the most advanced log among them over. Any record that was ever acknowledged is in that log. The replica's
/// thread.
/// </summary>
/// <param name="set">Who has the shard.</param>
/// <param name="options">Times and quorums.</param>
/// <param name="mutation">The simulator's.</param>
internal sealed class Takeover(ReplicaSet set, ReplicationOptions options, ReplicationMutation mutation)
{
    private readonly Dictionary<ReplicaId, PromiseReply> _promises = [];

    /// <summary>Whose log is taken over; null before there are enough promises.</summary>
    public ReplicaId? Best { get; private set; }

    /// <summary>The log that is taken over, as it was promised.</summary>
    public LogHead? BestHead => Best is { } best ? _promises[best].Head : null;

    /// <summary>No read quorum of whole logs was there: what a lost tail had may be lost with it.</summary>
    public bool MayLose { get; private set; }

    /// <summary>When it was begun, or last got on.</summary>
    public TimeSpan LastProgress { get; set; }

    /// <summary>When requests were sent last.</summary>
    public TimeSpan SentAt { get; set; } = TimeSpan.MinValue;

    public IReadOnlyDictionary<ReplicaId, PromiseReply> Promises => _promises;

    /// <summary>Who has not promised yet.</summary>
    public IEnumerable<ReplicaId> Missing => set.Members.Union(set.Former).Where(r => !_promises.ContainsKey(r));

    /// <summary>Takes a promise; true when there are enough.</summary>
    public bool Add(ReplicaId from, PromiseReply promise)
    {
        _promises[from] = promise;
        if (Best is not null) return false;
        bool isElected = IsQuorum(set.Members) && (set.Former.IsEmpty || IsQuorum(set.Former));
        if (!isElected && Missing.Any()) return false;
        MayLose = !isElected;
        Best = mutation == ReplicationMutation.NotTheMostAdvanced ? _promises.Keys.Min() : _promises.MaxBy(p => p.Value.Head.End).Key;
        return true;
    }

    private bool IsQuorum(IReadOnlyCollection<ReplicaId> of)
    {
        int wanted = mutation == ReplicationMutation.QuorumsOfOne ? 1 : options.Quorums.Read(of.Count);
        return of.Count(r => _promises.TryGetValue(r, out PromiseReply? promise)
            && (!promise.MayHaveLostTail || mutation == ReplicationMutation.LostTailCounted)) >= wanted;
    }
}
