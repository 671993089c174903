using OrleansKv.Engine;

namespace OrleansKv.Gateway.Sessions;

/// <summary>A watched key as it was: version <see cref="Lsn.None"/> when it did not exist.</summary>
internal readonly record struct WatchedKey(byte[] Key, ShardId Shard, Lsn Version);
