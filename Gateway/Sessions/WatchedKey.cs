using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Sessions;

/// <summary>A watched key as it was; the version's Lsn is negative when it did not exist (<c>Shard.WatchVersionOf</c>).</summary>
internal readonly record struct WatchedKey(byte[] Key, ShardId Shard, LogPosition Version);
