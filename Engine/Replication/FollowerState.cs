namespace OrleansKv.Engine.Replication;

/// <summary>A follower as its leader sees it, for people.</summary>
/// <param name="Id">The follower.</param>
/// <param name="LacksRecords">Records that it is not known to have; all, where it needs the whole state.</param>
/// <param name="AnsweredAt">When the message was sent that it answered last, on the leader's clock; <see cref="TimeSpan.MinValue"/> before
/// its first answer in this tenure.</param>
public readonly record struct FollowerState(ReplicaId Id, long LacksRecords, TimeSpan AnsweredAt);
