namespace OrleansKv.Grains.Replication;

/// <summary>A living node that follows shards which this one leads.</summary>
/// <param name="Node">Its id.</param>
/// <param name="LacksRecords">Records of those shards that it is not known to have.</param>
/// <param name="Silence">Time since the message was sent that it answered last; null before its first answer.</param>
internal sealed record FollowerStatus(string Node, long LacksRecords, TimeSpan? Silence);
