using System.Diagnostics;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.PubSub;

/// <summary>
/// Channels, patterns and shard channels with the sessions that listen. One lock guards all of it: publishing is rare beside reads and
/// writes, and under the lock a message is only copied into each listener's outbox. It may be called under a shard's lock, never the
/// reverse. Because a message is posted under this lock, none is posted to a session once <see cref="Unsubscribe"/> has returned; what
/// was posted before then stands in the session's outbox, and the caller takes it out before it confirms (<see
/// cref="Session.TakeDeliveries"/>).
/// </summary>
internal sealed class PubSubHub
{
    private readonly Lock _lock = new();
    private readonly ListenerTable _channels = new();
    private readonly ListenerTable _patterns = new();
    private readonly ListenerTable _shardChannels = new();
    private volatile int _listeners;

    /// <summary>Whether anybody listens to anything: publishers ask before they build a message.</summary>
    public bool HasListeners => _listeners > 0;

    public void Subscribe(Session session, ReadOnlySpan<byte> name, PubSubKind kind)
    {
        var key = new ByteKey(name.ToArray());
        lock (_lock)
        {
            session.Subscriptions ??= new Subscriptions();
            if (session.Subscriptions.Add(key, kind))
            {
                TableOf(kind).Add(key, session);
                _listeners++;
            }
        }

        session.UpdatePlain();
    }

    /// <summary>No message for this name is posted to the session any more.</summary>
    public void Unsubscribe(Session session, ReadOnlySpan<byte> name, PubSubKind kind)
    {
        lock (_lock)
        {
            if (session.Subscriptions is { } own) RemoveLocked(session, own, new ByteKey(name.ToArray()), kind);
        }

        session.UpdatePlain();
    }

    public void UnsubscribeAll(Session session)
    {
        lock (_lock)
        {
            if (session.Subscriptions is not { } own) return;
            foreach (PubSubKind kind in Enum.GetValues<PubSubKind>())
            {
                foreach (ByteKey name in own.Of(kind).ToArray()) RemoveLocked(session, own, name, kind);
            }
        }
    }

    /// <summary>Names a session listens to, a moment's copy.</summary>
    public List<byte[]> NamesOf(Session session, PubSubKind kind)
    {
        lock (_lock) return session.Subscriptions is { } own ? own.Of(kind).Select(k => k.Bytes).ToList() : [];
    }

    /// <summary>
    /// Delivers to every listener of the channel and of each pattern that matches it; returns the deliveries. To
    /// <paramref name="publisher"/> itself, on whose thread this runs then, it is written before the reply of its PUBLISH, as Redis does.
    /// </summary>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, Session? publisher = null)
    {
        if (!HasListeners) return 0;
        var name = new ByteKey(channel.ToArray());
        lock (_lock)
        {
            int delivered = 0;
            if (_channels.Find(name) is { } direct) delivered += DeliverLocked(direct, publisher, "message"u8, null, channel, message);
            foreach ((ByteKey pattern, HashSet<Session> listeners) in _patterns.All)
            {
                if (Glob.IsMatch(pattern.Bytes, channel))
                    delivered += DeliverLocked(listeners, publisher, "pmessage"u8, pattern.Bytes, channel, message);
            }

            return delivered;
        }
    }

    /// <summary>The same for a shard channel, which no pattern matches.</summary>
    public int PublishToShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, Session? publisher = null)
    {
        if (!HasListeners) return 0;
        var name = new ByteKey(channel.ToArray());
        lock (_lock)
        {
            return _shardChannels.Find(name) is { } direct ? DeliverLocked(direct, publisher, "smessage"u8, null, channel, message) : 0;
        }
    }

    /// <summary>Names of one kind that have listeners and match.</summary>
    public List<byte[]> Names(PubSubKind kind, ReadOnlySpan<byte> pattern)
    {
        var found = new List<byte[]>();
        lock (_lock)
        {
            foreach (ByteKey name in TableOf(kind).Names)
            {
                if (Glob.IsMatch(pattern, name.Bytes)) found.Add(name.Bytes);
            }
        }

        return found;
    }

    public int ListenersOf(ReadOnlySpan<byte> name, PubSubKind kind)
    {
        lock (_lock) return TableOf(kind).Find(new ByteKey(name.ToArray()))?.Count ?? 0;
    }

    /// <summary>Names of one kind that have listeners.</summary>
    public int Count(PubSubKind kind)
    {
        lock (_lock) return TableOf(kind).Count;
    }

    private int DeliverLocked(
        HashSet<Session> listeners, Session? publisher, ReadOnlySpan<byte> word, byte[]? pattern, ReadOnlySpan<byte> channel,
        ReadOnlySpan<byte> message)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        using var resp = new ReplyWriter { Protocol = 3 };
        resp.Push(pattern is null ? 3 : 4);
        resp.Bulk(word);
        if (pattern is not null) resp.Bulk(pattern);
        resp.Bulk(channel);
        resp.Bulk(message);
        foreach (Session session in listeners)
        {
            if (session == publisher) session.Deliver(resp.Written);
            else session.Outbox.PostPush(resp.Written);
        }

        return listeners.Count;
    }

    private ListenerTable TableOf(PubSubKind kind) => kind switch
    {
        PubSubKind.Channel => _channels,
        PubSubKind.Pattern => _patterns,
        _ => _shardChannels,
    };

    private void RemoveLocked(Session session, Subscriptions own, ByteKey name, PubSubKind kind)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (!own.Remove(name, kind)) return;
        TableOf(kind).Remove(name, session);
        _listeners--;
    }
}
