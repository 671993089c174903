using System.Buffers;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>Commands on keys whatever they hold.</summary>
internal static class KeyCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("del", Delete),
        new("unlink", Delete),
        new("exists", Exists),
        new("touch", Touch),
        new("type", Type),
        new("rename", static (ref CommandContext c) => Rename(ref c, onlyIfAbsent: false)),
        new("renamenx", static (ref CommandContext c) => Rename(ref c, onlyIfAbsent: true)),
        new("copy", Copy),
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
