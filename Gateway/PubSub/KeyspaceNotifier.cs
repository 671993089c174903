using System.Buffers;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Gateway.PubSub;

/// <summary>
/// Publishes keyspace events (https://redis.io/docs/latest/develop/use/keyspace-notifications/): <c>__keyspace@0__:key</c> with the
/// event as message, <c>__keyevent@0__:event</c> with the key. Any thread.
/// </summary>
internal sealed class KeyspaceNotifier(PubSubHub hub) : IKeyspaceNotifier, IKeyspaceListener
{
    private volatile KeyspaceClass _classes;
    private volatile bool _keyspace;
    private volatile bool _keyevent;

    /// <summary>Whether events are configured and somebody listens to something; the dispatcher asks a batch.</summary>
    public bool IsActive => _classes != KeyspaceClass.None && hub.HasListeners;

    /// <summary>Takes <c>notify-keyspace-events</c>, whose letters have been checked.</summary>
    public void Set(string letters)
    {
        KeyspaceClass classes = KeyspaceClass.None;
        bool keyspace = false, keyevent = false;
        foreach (char letter in letters)
        {
            switch (letter)
            {
                case 'K': keyspace = true; break;
                case 'E': keyevent = true; break;
                case 'A': classes |= KeyspaceClass.Generic | KeyspaceClass.String | KeyspaceClass.Expired | KeyspaceClass.Evicted; break;
                case 'g': classes |= KeyspaceClass.Generic; break;
                case '$': classes |= KeyspaceClass.String; break;
                case 'x': classes |= KeyspaceClass.Expired; break;
                case 'e': classes |= KeyspaceClass.Evicted; break;
                case 'n': classes |= KeyspaceClass.New; break;
                case 'm': classes |= KeyspaceClass.Miss; break;
                default: break; // types that this store does not have
            }
        }

        _keyspace = keyspace;
        _keyevent = keyevent;
        _classes = keyspace || keyevent ? classes : KeyspaceClass.None;
    }

    public void Notify(KeyspaceClass type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key)
    {
        if ((_classes & type) == 0) return;
        if (_keyspace) Publish("__keyspace@0__:"u8, key, name);
        if (_keyevent) Publish("__keyevent@0__:"u8, name, key);
    }

    public void Happened(KeyspaceEvent happened, ReadOnlySpan<byte> key)
    {
        if (happened == KeyspaceEvent.Expired) Notify(KeyspaceClass.Expired, "expired"u8, key);
        else Notify(KeyspaceClass.Evicted, "evicted"u8, key);
    }

    private void Publish(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> message)
    {
        byte[] channel = ArrayPool<byte>.Shared.Rent(prefix.Length + suffix.Length);
        prefix.CopyTo(channel);
        suffix.CopyTo(channel.AsSpan(prefix.Length));
        hub.Publish(channel.AsSpan(0, prefix.Length + suffix.Length), message);
        ArrayPool<byte>.Shared.Return(channel);
    }
}
