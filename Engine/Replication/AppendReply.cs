using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The answer to <see cref="AppendRequest"/>; it leaves when what it says is as safe as the durability level asks.</summary>
/// <param name="Epoch">The request's.</param>
/// <param name="Promised">The highest epoch that the follower knows of; above the request's it refuses the leader.</param>
/// <param name="Matches">The follower's log is the leader's up to here; null when it does not have what the records follow.</param>
/// <param name="Head">The follower's log, where it does not match.</param>
/// <param name="SentAt">The request's.</param>
/// <param name="GrantsLease">No higher epoch is promised for the time of a lease.</param>
/// <param name="MayHaveLostTail">As in <see cref="PromiseReply"/>: it is no elector before it has the beginning of a later epoch.</param>
public sealed record AppendReply(
    Epoch Epoch, Epoch Promised, LogPosition? Matches, LogHead? Head, TimeSpan SentAt, bool GrantsLease,
    bool MayHaveLostTail) : IReplicaMessage;
