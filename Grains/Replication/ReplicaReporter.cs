using Microsoft.Extensions.Logging;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// Tells the map's grain how the replicas are of the shards that this node leads: what has changed at once, all of it now and then, and
/// what the grain has not heard again. One call is away at a time. The replicas' thread.
/// </summary>
/// <param name="grains">The cluster.</param>
/// <param name="post">Has that thread do something later.</param>
/// <param name="log">Hears of calls that fail.</param>
internal sealed partial class ReplicaReporter(IGrainFactory grains, Action<Action<TimeSpan>> post, ILogger log)
{
    /// <summary>Time between reports of all shards, ms: the grain may have been started anew.</summary>
    private const int AllMs = 1_000;

    private TimeSpan _nextAll;
    private bool _isAway;

    /// <param name="replicas">Those of the node.</param>
    /// <param name="nodes">Names of the nodes, by replica id.</param>
    /// <param name="hasFailed">None of them can lead.</param>
    /// <param name="now">The time.</param>
    public void Look(IReadOnlyList<HostedReplica> replicas, string[] nodes, bool hasFailed, TimeSpan now)
    {
        if (_isAway) return;
        bool isDue = now >= _nextAll;
        var reports = new List<(HostedReplica Replica, ReplicaReport Report)>();
        foreach (HostedReplica replica in replicas)
        {
            bool isUnfit = hasFailed || replica.IsBroken || replica.IsDiverged || replica.IsStuck(now);
            ReplicaReport? said = isUnfit ? replica.GiveUp() : replica.Report(nodes);
            if (said is not { } report || (!isDue && report.IsSameAs(replica.Told))) continue;
            replica.Told = report;
            reports.Add((replica, report));
        }

        if (isDue) _nextAll = now + TimeSpan.FromMilliseconds(AllMs);
        if (reports.Count == 0) return;
        _isAway = true;
        _ = Tell(reports);
    }

    private async Task Tell(List<(HostedReplica Replica, ReplicaReport Report)> reports)
    {
        Exception? failure = null;
        try
        {
            await grains.GetGrain<ISlotMapGrain>(0).Report([.. reports.Select(r => r.Report)]).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = thrown;
            LogNotReported(thrown.Message);
        }

        post(_ =>
        {
            _isAway = false;
            if (failure is null) return;
            foreach ((HostedReplica Replica, ReplicaReport Report) told in reports) told.Replica.Told = null; // again at the next look
        });
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster map has not heard how the replicas are: {Problem}")]
    private partial void LogNotReported(string problem);
}
