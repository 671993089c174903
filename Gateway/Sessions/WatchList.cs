using OrleansKv.Gateway.PubSub;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Keys that a session watches, each with the shard and version it had. A key that moved to another shard counts as changed: the
/// safe side, and it only makes a client try again.
/// </summary>
internal sealed class WatchList
{
    /// <summary>Bytes of a watched key beside its name: the array's head, and its entries in the list and in the set.</summary>
    private const int OverheadBytes = 96;

    private readonly List<WatchedKey> _keys = [];
    private readonly HashSet<ByteKey> _names = [];

    public IReadOnlyList<WatchedKey> Keys => _keys;

    /// <summary>Memory that the list takes.</summary>
    public long SizeBytes { get; private set; }

    public void Add(ReadOnlySpan<byte> key, ShardId shard, LogPosition version)
    {
        byte[] name = key.ToArray();
        if (!_names.Add(new ByteKey(name))) return; // the first look counts
        SizeBytes += name.Length + OverheadBytes;
        _keys.Add(new WatchedKey(name, shard, version));
    }
}
