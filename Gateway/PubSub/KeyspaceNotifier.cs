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

    /// <summary>The setting in canonical order, as CONFIG GET shows it.</summary>
    public string Flags { get; private set; } = "";

    /// <summary>Takes <c>notify-keyspace-events</c>; false when a letter is unknown.</summary>
    public bool TrySet(string letters)
    {
        KeyspaceClass classes = KeyspaceClass.None;
        bool keyspace = false, keyevent = false, all = false;
        var others = new HashSet<char>();
        foreach (char letter in letters)
        {
            switch (letter)
            {
                case 'K': keyspace = true; break;
                case 'E': keyevent = true; break;
                case 'A': all = true; break;
                case 'g': classes |= KeyspaceClass.Generic; break;
                case '$': classes |= KeyspaceClass.String; break;
                case 'x': classes |= KeyspaceClass.Expired; break;
                case 'e': classes |= KeyspaceClass.Evicted; break;
                case 'n': classes |= KeyspaceClass.New; break;
                case 'm': classes |= KeyspaceClass.Miss; break;
                case 'l' or 's' or 'h' or 'z' or 't' or 'd': others.Add(letter); break; // types that this store does not have
                default: return false;
            }
        }

        const KeyspaceClass All = KeyspaceClass.Generic | KeyspaceClass.String | KeyspaceClass.Expired | KeyspaceClass.Evicted;
        if (all) classes |= All;
        if ((classes & All) == All && "lshztd".All(others.Contains)) all = true;
        _keyspace = keyspace;
        _keyevent = keyevent;
        _classes = keyspace || keyevent ? classes : KeyspaceClass.None;
        Flags = Describe(classes, all, keyspace, keyevent, others);
        return true;
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

    // Redis prints A instead of the classes it stands for, then K, E, m, n.
    private static string Describe(KeyspaceClass classes, bool all, bool keyspace, bool keyevent, HashSet<char> others)
    {
        string text = all ? "A" : string.Concat(
            Letter(classes, KeyspaceClass.Generic, "g"), Letter(classes, KeyspaceClass.String, "$"),
            string.Concat("lshz".Where(others.Contains)), Letter(classes, KeyspaceClass.Expired, "x"),
            Letter(classes, KeyspaceClass.Evicted, "e"), string.Concat("td".Where(others.Contains)));
        return string.Concat(text, keyspace ? "K" : "", keyevent ? "E" : "",
            Letter(classes, KeyspaceClass.Miss, "m"), Letter(classes, KeyspaceClass.New, "n"));
    }

    private static string Letter(KeyspaceClass classes, KeyspaceClass one, string letter) => (classes & one) != 0 ? letter : "";
}
