using OrleansKv.Engine;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Keys that a session watches, each with the shard and version it had. A key that moved to another shard counts as changed: the
/// safe side, and it only makes a client try again.
/// </summary>
internal sealed class WatchList
{
    private readonly List<WatchedKey> _keys = [];

    public IReadOnlyList<WatchedKey> Keys => _keys;

    public void Add(ReadOnlySpan<byte> key, ShardId shard, Lsn version)
    {
        foreach (WatchedKey watched in _keys)
        {
            if (key.SequenceEqual(watched.Key)) return; // the first look counts
        }

        _keys.Add(new WatchedKey(key.ToArray(), shard, version));
    }
}
