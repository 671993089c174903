using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Engine.Commands;

/// <summary>All that a command handler is given. Lives for one call.</summary>
public ref struct CommandContext
{
    /// <summary>The command's words; word 0 is the name.</summary>
    public ArgList Args;

    /// <summary>Takes exactly one reply.</summary>
    public ReplyWriter Reply;

    /// <summary>Finds shards, and what spans them.</summary>
    public IStore Store;

    /// <summary>Now, milliseconds since the Unix epoch: one reading for a whole command (or transaction).</summary>
    public long NowMs;

    /// <summary>The connection asked that its reads leave the LRU order alone (CLIENT NO-TOUCH).</summary>
    public bool NoTouch;

    /// <summary>Takes keyspace events; null when nobody listens.</summary>
    public IKeyspaceNotifier? Notifier;

    /// <summary>Word whose slot and hash are known already (<see cref="KnownSlot"/>, <see cref="KnownHash"/>); 0 for none.</summary>
    public int KnownKey;

    public SlotId KnownSlot;

    public uint KnownHash;

    /// <summary>A key with its slot and hash.</summary>
    public readonly KeyRef Key(int index) =>
        index == KnownKey ? new KeyRef(Args[index], KnownSlot, KnownHash) : KeyRef.Of(Args[index], Store.HashSeed);

    /// <summary>The shard that owns a key; its lock is held.</summary>
    public readonly Shard ShardOf(in KeyRef key) => Store.ShardOf(key);

    /// <summary>Finds a live key for a reader; says so when there is none. Hit or miss is counted.</summary>
    public readonly EntryRef Read(Shard shard, in KeyRef key) => Read(shard, key, !NoTouch);

    /// <summary>
    /// The same; <paramref name="touch"/> says whether it counts as a use for the LRU order, whatever the connection asked.
    /// </summary>
    public readonly EntryRef Read(Shard shard, in KeyRef key, bool touch)
    {
        EntryRef entry = shard.Read(key, NowMs, touch);
        if (entry.IsNone && Notifier is not null) Notify(KeyspaceClass.Miss, "keymiss"u8, key);
        return entry;
    }

    /// <summary>Says that the write that follows makes the key, if it does.</summary>
    public readonly void NotifyIfNew(Shard shard, in KeyRef key)
    {
        if (Notifier is not null && shard.Find(key, NowMs).IsNone) Notify(KeyspaceClass.New, "new"u8, key);
    }

    /// <summary>
    /// Says that a command changed a key (keyspace notifications); <paramref name="name"/> is Redis' event name, e.g. <c>set</c>,
    /// <c>del</c>.
    /// </summary>
    public readonly void Notify(KeyspaceClass type, ReadOnlySpan<byte> name, in KeyRef key) => Notifier?.Notify(type, name, key.Bytes);
}
