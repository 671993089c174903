using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.PubSub;

/// <summary>Names of one kind with the sessions that listen to each. Guarded by the hub's lock.</summary>
internal sealed class ListenerTable
{
    /// <summary>Entries below which a table's memory is not worth giving back: 64 KiB.</summary>
    private const int SmallEntries = 1024;

    private readonly Dictionary<ByteKey, HashSet<Session>> _names = [];

    public int Count => _names.Count;

    public IEnumerable<ByteKey> Names => _names.Keys;

    public IEnumerable<KeyValuePair<ByteKey, HashSet<Session>>> All => _names;

    public HashSet<Session>? Find(ByteKey name) => _names.GetValueOrDefault(name);

    public void Add(ByteKey name, Session session)
    {
        if (!_names.TryGetValue(name, out HashSet<Session>? listeners)) _names[name] = listeners = [];
        listeners.Add(session);
    }

    public void Remove(ByteKey name, Session session)
    {
        HashSet<Session> listeners = _names[name];
        listeners.Remove(session);
        if (listeners.Count > 0) return;
        _names.Remove(name);
        int capacity = _names.EnsureCapacity(0);
        if (capacity > SmallEntries && _names.Count < capacity / 4) _names.TrimExcess(_names.Count * 2);
    }
}
