using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Resp;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.PubSub;

/// <summary>
/// Channels and patterns with the sessions that listen. One lock guards all of it: publishing is rare beside reads and writes, and
/// under the lock a message is only copied into each listener's outbox. It may be called under a shard's lock, never the reverse.
/// </summary>
internal sealed class PubSubHub
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ByteKey, HashSet<Session>> _channels = [];
    private readonly Dictionary<ByteKey, HashSet<Session>> _patterns = [];
    private volatile int _listeners;

    /// <summary>Whether anybody listens to anything: publishers ask before they build a message.</summary>
    public bool HasListeners => _listeners > 0;

    public void Subscribe(Session session, ReadOnlySpan<byte> name, bool isPattern)
    {
        var key = new ByteKey(name.ToArray());
        lock (_lock)
        {
            session.Subscriptions ??= new Subscriptions();
            if ((isPattern ? session.Subscriptions.Patterns : session.Subscriptions.Channels).Add(key))
            {
                Dictionary<ByteKey, HashSet<Session>> all = isPattern ? _patterns : _channels;
                if (!all.TryGetValue(key, out HashSet<Session>? listeners)) all[key] = listeners = [];
                listeners.Add(session);
                _listeners++;
            }
        }

        session.UpdatePlain();
    }

    public void Unsubscribe(Session session, ReadOnlySpan<byte> name, bool isPattern)
    {
        lock (_lock)
        {
            if (session.Subscriptions is { } own) RemoveLocked(session, own, new ByteKey(name.ToArray()), isPattern);
        }

        session.UpdatePlain();
    }

    public void UnsubscribeAll(Session session)
    {
        lock (_lock)
        {
            if (session.Subscriptions is not { } own) return;
            foreach (ByteKey channel in own.Channels.ToArray()) RemoveLocked(session, own, channel, isPattern: false);
            foreach (ByteKey pattern in own.Patterns.ToArray()) RemoveLocked(session, own, pattern, isPattern: true);
        }
    }

    /// <summary>Names a session listens to, a moment's copy.</summary>
    public List<byte[]> NamesOf(Session session, bool isPattern)
    {
        lock (_lock)
        {
            if (session.Subscriptions is not { } own) return [];
            return (isPattern ? own.Patterns : own.Channels).Select(k => k.Bytes).ToList();
        }
    }

    /// <summary>
    /// Delivers to every listener of the channel and of each pattern that matches it; returns the deliveries. To
    /// <paramref name="publisher"/> itself, on whose thread this runs then, it is written before the reply of its PUBLISH, as Redis does.
    /// </summary>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, Session? publisher = null)
    {
        if (!HasListeners) return 0;
        int delivered = 0;
        lock (_lock)
        {
            if (_channels.TryGetValue(new ByteKey(channel.ToArray()), out HashSet<Session>? direct))
            {
                foreach (Session session in direct)
                {
                    Deliver(session, publisher, "message"u8, default, channel, message);
                    delivered++;
                }
            }

            foreach ((ByteKey pattern, HashSet<Session> listeners) in _patterns)
            {
                if (!Glob.IsMatch(pattern.Bytes, channel)) continue;
                foreach (Session session in listeners)
                {
                    Deliver(session, publisher, "pmessage"u8, pattern.Bytes, channel, message);
                    delivered++;
                }
            }
        }

        return delivered;
    }

    /// <summary>All channels with listeners.</summary>
    public List<byte[]> Channels() => Channels("*"u8);

    /// <summary>Channels with listeners whose name matches.</summary>
    public List<byte[]> Channels(ReadOnlySpan<byte> pattern)
    {
        var found = new List<byte[]>();
        lock (_lock)
        {
            foreach (ByteKey channel in _channels.Keys)
            {
                if (Glob.IsMatch(pattern, channel.Bytes)) found.Add(channel.Bytes);
            }
        }

        return found;
    }

    public int ListenersOf(ReadOnlySpan<byte> channel)
    {
        lock (_lock)
        {
            return _channels.TryGetValue(new ByteKey(channel.ToArray()), out HashSet<Session>? listeners) ? listeners.Count : 0;
        }
    }

    public int ChannelCount
    {
        get
        {
            lock (_lock) return _channels.Count;
        }
    }

    public int PatternCount
    {
        get
        {
            lock (_lock) return _patterns.Count;
        }
    }

    private static void Deliver(
        Session session, Session? publisher, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        using var resp = new ReplyWriter { Protocol = session.Output.Protocol };
        bool isPattern = kind.Length == "pmessage".Length;
        resp.Push(isPattern ? 4 : 3);
        resp.Bulk(kind);
        if (isPattern) resp.Bulk(pattern);
        resp.Bulk(channel);
        resp.Bulk(message);
        // Not inside the array of an EXEC (Redis 7.0 does; a push may only stand between replies) nor where replies are dropped.
        bool now = session == publisher && !session.IsInTransaction && session.ReplyMode == ReplyMode.On && !session.SkipsThisReply;
        if (now) session.Output.Raw(resp.Written);
        else session.Outbox.Post(resp.Written);
    }

    private void RemoveLocked(Session session, Subscriptions own, ByteKey key, bool isPattern)
    {
        if (!(isPattern ? own.Patterns : own.Channels).Remove(key)) return;
        Dictionary<ByteKey, HashSet<Session>> all = isPattern ? _patterns : _channels;
        HashSet<Session> listeners = all[key];
        listeners.Remove(session);
        if (listeners.Count == 0) all.Remove(key);
        _listeners--;
    }
}
