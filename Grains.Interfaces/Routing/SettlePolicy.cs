namespace OrleansKv.Grains.Routing;

/// <summary>
/// Decides what is done with a call that has ended, for gateways and clients alike. What a caller hears of it is theirs: RESP errors there,
/// exceptions here. Any thread.
/// </summary>
/// <param name="time">The clock of the tries.</param>
/// <param name="patience">How long a call of which nothing has run is sent again.</param>
/// <param name="waitsForConnection">
/// Whether a call that was not sent is sent again in a cluster without replicas, too. A client's own connection comes back within its
/// patience; a gateway's call that finds nobody has asked the only node that has the shard.
/// </param>
internal sealed class SettlePolicy(TimeProvider time, TimeSpan patience, bool waitsForConnection)
{
    /// <summary>The next step with a call.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="call">The call, which notes when its tries began.</param>
    /// <param name="map">The newest map that is known.</param>
    public CallStep Next(in CallOutcome outcome, GrainCall call, ClusterMap map) => outcome.Fate switch
    {
        CallFate.Done => CallStep.Deliver,
        CallFate.Again or CallFate.Moved => MayTryAgain(call) ? CallStep.SendAgain : CallStep.GiveUp,
        CallFate.NotSent when (waitsForConnection || map.IsReplicated) && MayTryAgain(call) => CallStep.SendAgain,
        // Its leader is dead, and the next one not yet elected.
        CallFate.Unavailable when map.IsReplicated && MayTryAgain(call) => CallStep.SendAgain,
        CallFate.Lost => CallStep.AskReadsAgain,
        _ => CallStep.Fail,
    };

    /// <summary>Whether the patience with a call lasts; its first try begins it.</summary>
    public bool MayTryAgain(GrainCall call)
    {
        long now = time.GetTimestamp();
        call.TryingSince ??= now;
        return time.GetElapsedTime(call.TryingSince.Value, now) < patience;
    }
}
