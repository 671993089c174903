using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>EXPIRE, TTL and their family. Effects carry absolute deadlines.</summary>
internal static class ExpiryCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("expire", static (ref CommandContext c) => Expire(ref c, 1000, isAbsolute: false, "expire")),
        new("pexpire", static (ref CommandContext c) => Expire(ref c, 1, isAbsolute: false, "pexpire")),
        new("expireat", static (ref CommandContext c) => Expire(ref c, 1000, isAbsolute: true, "expireat")),
        new("pexpireat", static (ref CommandContext c) => Expire(ref c, 1, isAbsolute: true, "pexpireat")),
        new("ttl", static (ref CommandContext c) => Ttl(ref c, isSeconds: true, isAbsolute: false)),
        new("pttl", static (ref CommandContext c) => Ttl(ref c, isSeconds: false, isAbsolute: false)),
        new("expiretime", static (ref CommandContext c) => Ttl(ref c, isSeconds: true, isAbsolute: true)),
        new("pexpiretime", static (ref CommandContext c) => Ttl(ref c, isSeconds: false, isAbsolute: true)),
        new("persist", Persist),
    ];

    private static void Expire(ref CommandContext context, long unitMs, bool isAbsolute, string name)
    {
        if (!TryCondition(ref context, out bool nx, out bool xx, out bool gt, out bool lt)) return;
        if (!Number.TryInteger(context.Args[2], out long time))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        if (time > (isAbsolute ? KeyTable.MaxDeadlineMs : KeyTable.MaxDeadlineMs - context.NowMs) / unitMs || time < long.MinValue / unitMs)
        {
            context.Reply.Error(Errors.InvalidExpire(name));
            return;
        }

        long deadline = (time * unitMs) + (isAbsolute ? 0 : context.NowMs);
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        long before = entry.IsNone ? 0 : shard.Table.DeadlineOf(entry);
        // No deadline counts as an infinite one for GT and LT.
        bool refused = entry.IsNone || (nx && before != 0) || (xx && before == 0)
            || (gt && (before == 0 || deadline <= before)) || (lt && before != 0 && deadline >= before);
        if (refused)
        {
            context.Reply.Integer(0);
            return;
        }

        if (deadline <= context.NowMs)
        {
            shard.Delete(key, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "del"u8, key);
        }
        else
        {
            shard.SetDeadline(key, deadline, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "expire"u8, key);
        }

        context.Reply.Integer(1);
    }

    private static bool TryCondition(ref CommandContext context, out bool nx, out bool xx, out bool gt, out bool lt)
    {
        nx = xx = gt = lt = false;
        for (int i = 3; i < context.Args.Count; i++)
        {
            if (context.Args.Is(i, "NX"u8)) nx = true;
            else if (context.Args.Is(i, "XX"u8)) xx = true;
            else if (context.Args.Is(i, "GT"u8)) gt = true;
            else if (context.Args.Is(i, "LT"u8)) lt = true;
            else
            {
                context.Reply.Error("ERR Unsupported option "u8, context.Args[i], default);
                return false;
            }
        }

        if (nx && (xx || gt || lt))
        {
            context.Reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
            return false;
        }

        if (gt && lt)
        {
            context.Reply.Error("ERR GT and LT options at the same time are not compatible"u8);
            return false;
        }

        return true;
    }

    private static void Ttl(ref CommandContext context, bool isSeconds, bool isAbsolute)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key, touch: false);
        if (entry.IsNone)
        {
            context.Reply.Integer(-2);
            return;
        }

        long deadline = shard.Table.DeadlineOf(entry);
        if (deadline == 0)
        {
            context.Reply.Integer(-1);
            return;
        }

        long value = isAbsolute ? deadline : Math.Max(0, deadline - context.NowMs);
        context.Reply.Integer(isSeconds ? (value + 500) / 1000 : value);
    }

    private static void Persist(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        bool hadDeadline = !entry.IsNone && shard.Table.DeadlineOf(entry) != 0;
        if (hadDeadline)
        {
            shard.SetDeadline(key, 0, context.NowMs);
            context.Notify(KeyspaceClass.Generic, "persist"u8, key);
        }

        context.Reply.Integer(hadDeadline ? 1 : 0);
    }
}
