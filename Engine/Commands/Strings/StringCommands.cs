using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Strings;

/// <summary>GET, SET and their family.</summary>
internal static class StringCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("get", Get),
        new("set", Set),
        new("setnx", SetNx),
        new("setex", static (ref CommandContext c) => SetWithTime(ref c, 1000, "setex")),
        new("psetex", static (ref CommandContext c) => SetWithTime(ref c, 1, "psetex")),
        new("getset", GetSet),
        new("getdel", GetDel),
        new("getex", GetEx),
        new("mget", MGet),
        new("mset", MSet),
        new("msetnx", MSetNx),
        new("strlen", StrLen),
    ];

    /// <summary>Writes a value and tells who listens.</summary>
    public static void Store(ref CommandContext context, in KeyRef key, ReadOnlySpan<byte> value, long deadlineMs)
    {
        Shard shard = context.ShardOf(key);
        if (context.Notifier is null)
        {
            shard.Set(key, value, deadlineMs, context.NowMs);
            return;
        }

        context.NotifyIfNew(shard, key);
        shard.Set(key, value, deadlineMs, context.NowMs);
        context.Notify(KeyspaceClass.String, "set"u8, key);
        if (deadlineMs != 0) context.Notify(KeyspaceClass.Generic, "expire"u8, key);
    }

    private static void Get(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        if (entry.IsNone) context.Reply.Null();
        else context.Reply.Bulk(shard.Table.ValueOf(entry));
    }

    private static void Set(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        if (context.Args.Count == 3)
        {
            Store(ref context, key, context.Args[2], 0);
            context.Reply.Ok();
            return;
        }

        if (!SetOptions.TryParse(context.Args, 3, forGet: false, out SetOptions options))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        if (!options.TryDeadline(ref context, "set", out long deadline)) return;
        Shard shard = context.ShardOf(key);
        EntryRef entry = options.ReturnsOld ? context.Read(shard, key) : shard.Find(key, context.NowMs);
        if (options.ReturnsOld)
        {
            if (entry.IsNone) context.Reply.Null();
            else context.Reply.Bulk(shard.Table.ValueOf(entry));
        }

        if (options.OnlyIfAbsent ? !entry.IsNone : options.OnlyIfPresent && entry.IsNone)
        {
            if (!options.ReturnsOld) context.Reply.Null();
            return;
        }

        if (options.KeepsTtl && !entry.IsNone) deadline = shard.Table.DeadlineOf(entry);
        bool isOver = options.HasTime && deadline <= context.NowMs;
        context.NotifyIfNew(shard, key);
        if (isOver) shard.Delete(key, context.NowMs);
        else shard.Set(key, context.Args[2], deadline, context.NowMs);
        context.Notify(KeyspaceClass.String, "set"u8, key);
        if (options.HasTime) context.Notify(KeyspaceClass.Generic, "expire"u8, key);
        // Redis sets such a key and expires it at the next look; here it is gone at once, and who listens hears the same.
        if (isOver) context.Notify(KeyspaceClass.Expired, "expired"u8, key);
        if (!options.ReturnsOld) context.Reply.Ok();
    }

    private static void SetNx(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        bool isNew = context.ShardOf(key).Find(key, context.NowMs).IsNone;
        if (isNew) Store(ref context, key, context.Args[2], 0);
        context.Reply.Integer(isNew ? 1 : 0);
    }

    private static void SetWithTime(ref CommandContext context, long unitMs, string name)
    {
        if (!Number.TryInteger(context.Args[2], out long time))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        if (time <= 0 || time > (KeyTable.MaxDeadlineMs - context.NowMs) / unitMs)
        {
            context.Reply.Error(Errors.InvalidExpire(name));
            return;
        }

        Store(ref context, context.Key(1), context.Args[3], context.NowMs + (time * unitMs));
        context.Reply.Ok();
    }

    private static void GetSet(ref CommandContext context)
    {
        Get(ref context);
        Store(ref context, context.Key(1), context.Args[2], 0);
    }

    private static void GetDel(ref CommandContext context)
    {
        Get(ref context);
        KeyRef key = context.Key(1);
        if (context.ShardOf(key).Delete(key, context.NowMs)) context.Notify(KeyspaceClass.Generic, "del"u8, key);
    }

    private static void GetEx(ref CommandContext context)
    {
        if (!SetOptions.TryParse(context.Args, 2, forGet: true, out SetOptions options))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        if (entry.IsNone)
        {
            context.Reply.Null();
            return;
        }

        if (!options.TryDeadline(ref context, "getex", out long deadline)) return;
        context.Reply.Bulk(shard.Table.ValueOf(entry));
        if (options.HasTime && deadline <= context.NowMs)
        {
            shard.Delete(key, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "del"u8, key);
        }
        else if (options.HasTime)
        {
            shard.SetDeadline(key, deadline, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "expire"u8, key);
        }
        else if (options.Persists && shard.Table.DeadlineOf(entry) != 0)
        {
            shard.SetDeadline(key, 0, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "persist"u8, key);
        }
    }

    private static void MGet(ref CommandContext context)
    {
        context.Reply.Array(context.Args.Count - 1);
        for (int i = 1; i < context.Args.Count; i++)
        {
            KeyRef key = context.Key(i);
            Shard shard = context.ShardOf(key);
            EntryRef entry = context.Read(shard, key);
            if (entry.IsNone) context.Reply.Null();
            else context.Reply.Bulk(shard.Table.ValueOf(entry));
        }
    }

    private static void MSet(ref CommandContext context)
    {
        if (context.Args.Count % 2 == 0)
        {
            context.Reply.Error("ERR wrong number of arguments for 'mset' command"u8);
            return;
        }

        for (int i = 1; i < context.Args.Count; i += 2) Store(ref context, context.Key(i), context.Args[i + 1], 0);
        context.Reply.Ok();
    }

    private static void MSetNx(ref CommandContext context)
    {
        if (context.Args.Count % 2 == 0)
        {
            context.Reply.Error("ERR wrong number of arguments for 'msetnx' command"u8);
            return;
        }

        for (int i = 1; i < context.Args.Count; i += 2)
        {
            KeyRef key = context.Key(i);
            if (context.ShardOf(key).Find(key, context.NowMs).IsNone) continue;
            context.Reply.Integer(0);
            return;
        }

        for (int i = 1; i < context.Args.Count; i += 2) Store(ref context, context.Key(i), context.Args[i + 1], 0);
        context.Reply.Integer(1);
    }

    private static void StrLen(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        context.Reply.Integer(entry.IsNone ? 0 : shard.Table.ValueOf(entry).Length);
    }
}
