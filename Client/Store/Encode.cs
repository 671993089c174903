using System.Buffers;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Wire;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Client.Store;

/// <summary>Encodes operations into an exchange; each returns the operation's number. How their replies read: <see cref="Read"/>.</summary>
internal static class Encode
{
    public static int Get(Exchange exchange, in KvKey key) => OneKey(exchange, ClientCommand.Get, key);

    public static int Delete(Exchange exchange, in KvKey key) => OneKey(exchange, ClientCommand.Del, key);

    public static int Exists(Exchange exchange, in KvKey key) => OneKey(exchange, ClientCommand.Exists, key);

    public static int TimeToLive(Exchange exchange, in KvKey key) => OneKey(exchange, ClientCommand.PTtl, key);

    public static int Increment(Exchange exchange, in KvKey key, long by)
    {
        ItemBuffer items = Begin(exchange, ClientCommand.IncrBy, 3);
        SlotId slot = items.Word(key);
        items.Word(by);
        return exchange.Close(slot, isWrite: true);
    }

    public static int Set(Exchange exchange, in KvKey key, ReadOnlySpan<byte> value, in SetOptions options, bool returnsOld)
    {
        ItemBuffer items = Begin(exchange, ClientCommand.Set, SetWords(options, returnsOld));
        SlotId slot = items.Word(key);
        items.Word(value);
        Options(items, options, returnsOld);
        return exchange.Close(slot, isWrite: true);
    }

    public static int Set<T>(Exchange exchange, in KvKey key, T value, in SetOptions options, bool returnsOld)
    {
        ItemBuffer items = Begin(exchange, ClientCommand.Set, SetWords(options, returnsOld));
        SlotId slot = items.Word(key);
        Value(exchange, value);
        Options(items, options, returnsOld);
        return exchange.Close(slot, isWrite: true);
    }

    /// <summary>A value in two parts.</summary>
    public static int Set(Exchange exchange, in KvKey key, ReadOnlySpan<byte> head, in ReadOnlySequence<byte> tail, in SetOptions options)
    {
        ItemBuffer items = Begin(exchange, ClientCommand.Set, SetWords(options, returnsOld: false));
        SlotId slot = items.Word(key);
        items.OpenWord();
        items.Write(head);
        foreach (ReadOnlyMemory<byte> segment in tail) items.Write(segment.Span);
        items.CloseWord();
        Options(items, options, returnsOld: false);
        return exchange.Close(slot, isWrite: true);
    }

    /// <summary>The expiry is not <see cref="ExpiryKind.Keep"/>.</summary>
    public static int Expire(Exchange exchange, in KvKey key, in Expiry expiry)
    {
        if (expiry.Kind == ExpiryKind.Never) return OneKey(exchange, ClientCommand.Persist, key);
        ItemBuffer items = Begin(exchange, expiry.Kind == ExpiryKind.After ? ClientCommand.PExpire : ClientCommand.PExpireAt, 3);
        SlotId slot = items.Word(key);
        items.Word(expiry.Ms);
        return exchange.Close(slot, isWrite: true);
    }

    /// <summary>The version, then the value: in one turn of the shard, so that they belong together.</summary>
    public static int GetVersioned(Exchange exchange, in KvKey key)
    {
        exchange.Open();
        SlotId slot = Version(exchange.Items, key);
        exchange.Items.Begin(ClientCommand.Get, 2);
        exchange.Items.Word(key);
        return exchange.Close(slot, isWrite: false, items: 2);
    }

    /// <summary>The same with the first bytes of the value only.</summary>
    public static int GetVersionedHead(Exchange exchange, in KvKey key, int bytes)
    {
        exchange.Open();
        SlotId slot = Version(exchange.Items, key);
        exchange.Items.Begin(ClientCommand.GetRange, 4);
        exchange.Items.Word(key);
        exchange.Items.Word(0);
        exchange.Items.Word(bytes - 1);
        return exchange.Close(slot, isWrite: false, items: 2);
    }

    public static int TrySet(Exchange exchange, in KvKey key, ReadOnlySpan<byte> value, KeyVersion version, in Expiry expiry)
    {
        var options = new SetOptions(expiry);
        SlotId slot = Watch(exchange, key, version, ClientCommand.Set, SetWords(options, returnsOld: false));
        exchange.Items.Word(value);
        Options(exchange.Items, options, returnsOld: false);
        Version(exchange.Items, key);
        return exchange.Close(slot, isWrite: true, items: 3);
    }

    public static int TrySet<T>(Exchange exchange, in KvKey key, T value, KeyVersion version, in Expiry expiry)
    {
        var options = new SetOptions(expiry);
        SlotId slot = Watch(exchange, key, version, ClientCommand.Set, SetWords(options, returnsOld: false));
        Value(exchange, value);
        Options(exchange.Items, options, returnsOld: false);
        Version(exchange.Items, key);
        return exchange.Close(slot, isWrite: true, items: 3);
    }

    public static int TryDelete(Exchange exchange, in KvKey key, KeyVersion version)
    {
        SlotId slot = Watch(exchange, key, version, ClientCommand.Del, 2);
        Version(exchange.Items, key);
        return exchange.Close(slot, isWrite: true, items: 3);
    }

    /// <summary>Gives the key a new time if it still has this version.</summary>
    public static int TryExpire(Exchange exchange, in KvKey key, KeyVersion version, in Expiry expiry)
    {
        SlotId slot = Watch(exchange, key, version, expiry.Kind == ExpiryKind.After ? ClientCommand.PExpire : ClientCommand.PExpireAt, 3);
        exchange.Items.Word(expiry.Ms);
        Version(exchange.Items, key);
        return exchange.Close(slot, isWrite: true, items: 3);
    }

    public static int Scan(Exchange exchange, ShardId shard, ulong cursor, string? pattern, int count)
    {
        ItemBuffer items = Begin(exchange, ClientCommand.Scan, pattern is null ? 4 : 6);
        items.Word((long)cursor);
        items.Word("COUNT"u8);
        items.Word(count);
        if (pattern is not null)
        {
            items.Word("MATCH"u8);
            items.Word((KvKey)pattern);
        }

        return exchange.Close(shard, isWrite: false);
    }

    private static ItemBuffer Begin(Exchange exchange, ClientCommand command, int words)
    {
        exchange.Open();
        exchange.Items.Begin(command, words);
        return exchange.Items;
    }

    private static int OneKey(Exchange exchange, ClientCommand command, in KvKey key)
    {
        SlotId slot = Begin(exchange, command, 2).Word(key);
        return exchange.Close(slot, command.IsWrite);
    }

    // A group of one command, up to the command's key. A watched key and the command's are the same: all of it is in one shard.
    private static SlotId Watch(Exchange exchange, in KvKey key, KeyVersion version, ClientCommand command, int words)
    {
        exchange.Open();
        ItemBuffer items = exchange.Items;
        items.Begin(BatchFormat.Group, 3);
        items.Members(1);
        items.Word(key);
        items.Version(version);
        items.Begin(command, words);
        return items.Word(key);
    }

    private static SlotId Version(ItemBuffer items, in KvKey key)
    {
        items.Begin(BatchFormat.Version, 1);
        return items.Word(key);
    }

    private static void Value<T>(Exchange exchange, T value)
    {
        exchange.Items.OpenWord();
        exchange.Serializer.Serialize(value, exchange.Items);
        exchange.Items.CloseWord();
    }

    private static int SetWords(in SetOptions options, bool returnsOld)
    {
        int words = 3;
        if (options.Condition != SetCondition.Always) words++;
        if (options.Expiry.Kind != ExpiryKind.Never) words += options.Expiry.Kind == ExpiryKind.Keep ? 1 : 2;
        return returnsOld ? words + 1 : words;
    }

    private static void Options(ItemBuffer items, in SetOptions options, bool returnsOld)
    {
        if (options.Condition != SetCondition.Always) items.Word(options.Condition == SetCondition.IfAbsent ? "NX"u8 : "XX"u8);
        if (options.Expiry.Kind == ExpiryKind.Keep) items.Word("KEEPTTL"u8);
        else if (options.Expiry.Kind != ExpiryKind.Never)
        {
            items.Word(options.Expiry.Kind == ExpiryKind.After ? "PX"u8 : "PXAT"u8);
            items.Word(options.Expiry.Ms);
        }

        if (returnsOld) items.Word("GET"u8);
    }
}
