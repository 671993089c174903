using System.Buffers;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using static OrleansKv.Engine.Commands.CommandFlags;
using static OrleansKv.Engine.Commands.DataCommands;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>Commands on keys whatever they hold.</summary>
internal static class KeyCommands
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        Of("del", -2, Write, 1, -1, 1, "generic", "1.0.0", "Deletes one or more keys.", "key [key ...]", Delete),
        Of("unlink", -2, Write | Fast, 1, -1, 1, "generic", "4.0.0", "Asynchronously deletes one or more keys.", "key [key ...]", Delete),
        Of("exists", -2, ReadOnly | Fast, 1, -1, 1, "generic", "1.0.0", "Determines whether one or more keys exist.", "key [key ...]", Exists),
        Of("touch", -2, ReadOnly | Fast, 1, -1, 1, "generic", "3.2.1", "Returns the number of existing keys out of those specified after updating the time they were last accessed.", "key [key ...]", Touch),
        Of("type", 2, ReadOnly | Fast, 1, 1, 1, "generic", "1.0.0", "Determines the type of value stored at a key.", "key", Type),
        Of("rename", 3, Write, 1, 2, 1, "generic", "1.0.0", "Renames a key and overwrites the destination.", "key newkey", static (ref CommandContext c) => Rename(ref c, onlyIfAbsent: false)),
        Of("renamenx", 3, Write | Fast, 1, 2, 1, "generic", "1.0.0", "Renames a key only when the target key name doesn't exist.", "key newkey", static (ref CommandContext c) => Rename(ref c, onlyIfAbsent: true)),
        Of("copy", -3, Write | DenyOom, 1, 2, 1, "generic", "6.2.0", "Copies the value of a key to a new key.", "source destination [DB destination-db] [REPLACE]", Copy),
    ];

    public static void Delete(ref CommandContext context)
    {
        int deleted = 0;
        for (int i = 1; i < context.Args.Count; i++)
        {
            KeyRef key = context.Key(i);
            if (!context.ShardOf(key).Delete(key, context.NowMs)) continue;
            context.Notify(KeyspaceClass.Generic, "del"u8, key);
            deleted++;
        }

        context.Reply.Integer(deleted);
    }

    public static void Exists(ref CommandContext context)
    {
        int count = 0;
        for (int i = 1; i < context.Args.Count; i++)
        {
            KeyRef key = context.Key(i);
            if (!context.Read(context.ShardOf(key), key, touch: false).IsNone) count++;
        }

        context.Reply.Integer(count);
    }

    private static void Touch(ref CommandContext context)
    {
        int count = 0;
        for (int i = 1; i < context.Args.Count; i++)
        {
            KeyRef key = context.Key(i);
            if (!context.Read(context.ShardOf(key), key, touch: true).IsNone) count++;
        }

        context.Reply.Integer(count);
    }

    private static void Type(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        context.Reply.Simple(context.Read(context.ShardOf(key), key, touch: false).IsNone ? "none"u8 : "string"u8);
    }

    private static void Rename(ref CommandContext context, bool onlyIfAbsent)
    {
        KeyRef from = context.Key(1);
        KeyRef to = context.Key(2);
        Shard source = context.ShardOf(from);
        Shard target = context.ShardOf(to);
        EntryRef entry = source.Find(from, context.NowMs);
        if (entry.IsNone)
        {
            context.Reply.Error(Errors.NoSuchKey);
            return;
        }

        bool isSame = from.Bytes.SequenceEqual(to.Bytes);
        if (isSame || (onlyIfAbsent && !target.Find(to, context.NowMs).IsNone))
        {
            if (onlyIfAbsent) context.Reply.Integer(0);
            else context.Reply.Ok();
            return;
        }

        context.Notify(KeyspaceClass.New, "new"u8, to);
        Duplicate(source, from, target, to, context.NowMs);
        source.Delete(from, context.NowMs);
        context.Notify(KeyspaceClass.Generic, "rename_from"u8, from);
        context.Notify(KeyspaceClass.Generic, "rename_to"u8, to);
        if (onlyIfAbsent) context.Reply.Integer(1);
        else context.Reply.Ok();
    }

    private static void Copy(ref CommandContext context)
    {
        bool replace = false;
        for (int i = 3; i < context.Args.Count; i++)
        {
            if (context.Args.Is(i, "REPLACE"u8))
            {
                replace = true;
            }
            else if (context.Args.Is(i, "DB"u8) && i + 1 < context.Args.Count)
            {
                if (!Text.Number.TryInteger(context.Args[++i], out long db))
                {
                    context.Reply.Error(Errors.NotAnInteger);
                    return;
                }

                if (db is < int.MinValue or > int.MaxValue)
                {
                    context.Reply.Error("ERR value is out of range, value must between -2147483648 and 2147483647"u8);
                    return;
                }

                if (db != 0)
                {
                    context.Reply.Error("ERR DB index is out of range"u8);
                    return;
                }
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }

        KeyRef from = context.Key(1);
        KeyRef to = context.Key(2);
        if (from.Bytes.SequenceEqual(to.Bytes))
        {
            context.Reply.Error("ERR source and destination objects are the same"u8);
            return;
        }

        Shard source = context.ShardOf(from);
        Shard target = context.ShardOf(to);
        if (context.Read(source, from).IsNone || (!replace && !target.Find(to, context.NowMs).IsNone))
        {
            context.Reply.Integer(0);
            return;
        }

        context.Notify(KeyspaceClass.New, "new"u8, to);
        Duplicate(source, from, target, to, context.NowMs);
        context.Notify(KeyspaceClass.Generic, "copy_to"u8, to);
        context.Reply.Integer(1);
    }

    // The value is copied first: writing may move what a span of the same table shows.
    private static void Duplicate(Shard source, in KeyRef from, Shard target, in KeyRef to, long nowMs)
    {
        EntryRef entry = source.Find(from, nowMs);
        ReadOnlySpan<byte> value = source.Table.ValueOf(entry);
        byte[] copy = ArrayPool<byte>.Shared.Rent(value.Length);
        value.CopyTo(copy);
        target.Set(to, copy.AsSpan(0, value.Length), source.Table.DeadlineOf(entry), nowMs);
        ArrayPool<byte>.Shared.Return(copy);
    }
}
