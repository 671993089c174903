namespace OrleansKv.Gateway.PubSub;

/// <summary>What one session listens to. Changed by its own thread under the hub's lock.</summary>
internal sealed class Subscriptions
{
    /// <summary>
    /// Bytes that a subscription takes beside its name: an array's head and an entry in each of two sets and of the hub's table.
    /// </summary>
    private const int OverheadBytes = 160;

    public HashSet<ByteKey> Channels { get; } = [];

    public HashSet<ByteKey> Patterns { get; } = [];

    public HashSet<ByteKey> ShardChannels { get; } = [];

    public int Count => Channels.Count + Patterns.Count + ShardChannels.Count;

    /// <summary>Memory that the server keeps for them, bytes.</summary>
    public long SizeBytes { get; private set; }

    public HashSet<ByteKey> Of(PubSubKind kind) => kind switch
    {
        PubSubKind.Channel => Channels,
        PubSubKind.Pattern => Patterns,
        _ => ShardChannels,
    };

    /// <summary>What a confirmation says: channels and patterns are counted together, shard channels by themselves.</summary>
    public int CountAs(PubSubKind kind) => kind == PubSubKind.Shard ? ShardChannels.Count : Channels.Count + Patterns.Count;

    /// <summary>False when it was there already.</summary>
    public bool Add(ByteKey name, PubSubKind kind)
    {
        if (!Of(kind).Add(name)) return false;
        SizeBytes += name.Bytes.Length + OverheadBytes;
        return true;
    }

    /// <summary>False when it was not there.</summary>
    public bool Remove(ByteKey name, PubSubKind kind)
    {
        HashSet<ByteKey> names = Of(kind);
        if (!names.Remove(name)) return false;
        SizeBytes -= name.Bytes.Length + OverheadBytes;
        if (names.Count == 0) names.TrimExcess(); // it may have been a million
        return true;
    }
}
