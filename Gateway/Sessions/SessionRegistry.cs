using System.Collections.Concurrent;

namespace OrleansKv.Gateway.Sessions;

/// <summary>All open sessions by id; any thread.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<long, Session> _sessions = new();
    private long _nextId;
    private long _cutOff;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Connections ended because their client left too much unread: INFO's <c>client_output_buffer_limit_disconnections</c>.
    /// </summary>
    public long CutOff => Volatile.Read(ref _cutOff);

    public void CountCutOff() => Interlocked.Increment(ref _cutOff);

    public IEnumerable<Session> All => _sessions.Values.OrderBy(s => s.Id);

    /// <summary>The same in no order, without a copy.</summary>
    public IEnumerable<Session> Unordered => _sessions.Select(static s => s.Value);

    public Session? Find(long id) => _sessions.GetValueOrDefault(id);

    /// <summary>Opens a session, or returns null when <paramref name="limit"/> are open.</summary>
    public Session? TryOpen(GatewayServer server, IConnection connection, int limit)
    {
        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var session = new Session(Interlocked.Increment(ref _nextId), server, connection);
        _sessions[session.Id] = session;
        return session;
    }

    public void Remove(Session session)
    {
        if (_sessions.TryRemove(session.Id, out _)) Interlocked.Decrement(ref _count);
    }

    public void ResetCounters() => _cutOff = 0;
}
